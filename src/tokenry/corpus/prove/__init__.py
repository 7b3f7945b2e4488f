"""Whether a text is in a set, so that somebody who trusts nobody's word for it can check."""

from __future__ import annotations

from tokenry.corpus.prove.answer import Answer as Answer
from tokenry.corpus.prove.answer import Prover as Prover
from tokenry.corpus.prove.answer import text_in as text_in
from tokenry.corpus.prove.proof import Proof as Proof
from tokenry.corpus.prove.proof import checked as checked
from tokenry.corpus.prove.proof import meeting as meeting
from tokenry.corpus.prove.words import NEAR as NEAR
from tokenry.corpus.prove.words import NOT_PROVED as NOT_PROVED

__all__ = ["NEAR", "NOT_PROVED", "Answer", "Proof", "Prover", "checked", "meeting", "text_in"]
