"""Which copies go. One file a way of finding them; `deduplicators` puts them in order."""

from __future__ import annotations

from tokenry.corpus.dedup.deduplicator import Deduplicator as Deduplicator
from tokenry.corpus.dedup.exact import ExactDedup as ExactDedup

__all__ = ["Deduplicator", "ExactDedup"]
