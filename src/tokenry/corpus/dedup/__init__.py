"""Which copies go, and which one stays. One file a way of finding them."""

from __future__ import annotations

from tokenry.corpus.dedup.deduplicator import Deduplicator as Deduplicator
from tokenry.corpus.dedup.deduplicator import Documents as Documents
from tokenry.corpus.dedup.exact import ExactDedup as ExactDedup
from tokenry.corpus.dedup.minhash import Bands as Bands
from tokenry.corpus.dedup.minhash import MinHashDedup as MinHashDedup

__all__ = ["Bands", "Deduplicator", "Documents", "ExactDedup", "MinHashDedup"]
