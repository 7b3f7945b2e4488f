"""A run from its recipe to its manifest: what is done, what is left, how far it is."""

from __future__ import annotations

from tokenry.corpus.run.book import Book as Book
from tokenry.corpus.run.book import read_book as read_book
from tokenry.corpus.run.build import build as build
from tokenry.corpus.run.chain import chain as chain
from tokenry.corpus.run.door import admit as admit
from tokenry.corpus.run.plan import Plan as Plan
from tokenry.corpus.run.plan import Terms as Terms
from tokenry.corpus.run.plan import plan as plan
from tokenry.corpus.run.progress import Progress as Progress
from tokenry.corpus.run.sampling import Measured as Measured
from tokenry.corpus.run.sampling import sampled_costs as sampled_costs
from tokenry.corpus.run.texts import kept_texts as kept_texts

__all__ = [
    "Book",
    "admit",
    "Measured",
    "Plan",
    "Progress",
    "Terms",
    "build",
    "chain",
    "kept_texts",
    "plan",
    "read_book",
    "sampled_costs",
]
