"""From files to documents: which files, where batches begin and end, and what each format's records say."""

from __future__ import annotations

from tokenry.corpus.read.batches import Read as Read
from tokenry.corpus.read.batches import Surveyed as Surveyed
from tokenry.corpus.read.batches import planned as planned
from tokenry.corpus.read.batches import read_batch as read_batch
from tokenry.corpus.read.batches import survey as survey
from tokenry.corpus.read.far import RemoteError as RemoteError
from tokenry.corpus.read.far import unsigned as unsigned
from tokenry.corpus.read.finding import ENDINGS as ENDINGS
from tokenry.corpus.read.finding import READERS as READERS
from tokenry.corpus.read.finding import find as find
from tokenry.corpus.read.places import is_far as is_far
from tokenry.corpus.read.places import opened as opened
from tokenry.corpus.read.places import stamp as stamp
from tokenry.corpus.read.source import Found as Found
from tokenry.corpus.read.source import Origin as Origin
from tokenry.corpus.read.source import Part as Part

__all__ = [
    "ENDINGS",
    "READERS",
    "Found",
    "Origin",
    "Part",
    "RemoteError",
    "Surveyed",
    "find",
    "is_far",
    "opened",
    "planned",
    "Read",
    "read_batch",
    "stamp",
    "survey",
    "unsigned",
]
