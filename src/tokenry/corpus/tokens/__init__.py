"""From text to token ids."""

from __future__ import annotations

from tokenry.corpus.tokens.ending import with_ends as with_ends
from tokenry.corpus.tokens.tokenizer import NAMES as NAMES
from tokenry.corpus.tokens.tokenizer import Tokenizer as Tokenizer
from tokenry.corpus.tokens.tokenizer import tokenizer as tokenizer
from tokenry.corpus.tokens.train import train as train

__all__ = ["NAMES", "Tokenizer", "tokenizer", "train", "with_ends"]
