"""A run from its recipe to its manifest: what is done, what is left, how far it is."""

from __future__ import annotations

from tokenry.corpus.run.book import read_book as read_book
from tokenry.corpus.run.build import build as build
from tokenry.corpus.run.chain import chain as chain
from tokenry.corpus.run.progress import Progress as Progress

__all__ = ["Progress", "build", "chain", "read_book"]
