"""Where a run keeps what. Knows names, nothing else.

OUT/book.jsonl                what is done
OUT/evidence/sites.parquet    robots.txt, ai.txt and tdmrep.json of sites, as the inputs hold them
OUT/spool/                    copies of remote inputs; gone once they are read
OUT/documents/000000.parquet  what the batch stages kept (schema `DOCUMENT`), a file a batch
OUT/dropped/000000.parquet    what they dropped (schema `DROPPED`); exact_dedup.parquet: what deduplication dropped
OUT/tokens/000000.parquet     tokens of what is left (schema `TOKENIZED`); gone once the shards stand
OUT/shards/000000.*           what a trainer reads
OUT/manifest.json             the papers; OUT/manifest/documents.parquet: each document's place and source
"""

from __future__ import annotations

from pathlib import Path

FOLDERS = ("evidence", "documents", "dropped", "tokens", "shards", "manifest")
MANIFEST = "manifest.json"
PLACES = "manifest/documents.parquet"


def key(number: int) -> str:
    """A batch's or shard's number as it stands in the book and in names."""
    return f"{number:06d}"


def sites(out: Path) -> Path:
    """What sites say about all of their pages."""
    return out / "evidence" / "sites.parquet"


def spool(out: Path) -> Path:
    """Copies of remote inputs between their survey and their reading."""
    return out / "spool"


def documents(out: Path, batch: str) -> Path:
    """A batch's kept documents."""
    return out / "documents" / f"{batch}.parquet"


def dropped(out: Path, name: str) -> Path:
    """What a batch's stages, or a deduplicator, dropped."""
    return out / "dropped" / f"{name}.parquet"


def tokens(out: Path, batch: str) -> Path:
    """A batch's tokens."""
    return out / "tokens" / f"{batch}.parquet"


def shard(out: Path, number: str) -> Path:
    """A shard without an ending."""
    return out / "shards" / number
