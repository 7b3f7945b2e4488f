"""Folders as `tokenry corpus build`, `sign` and `report` leave them, made up: few files, no text of any document."""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
PAGE = '<!doctype html><html lang="en"><title>Summary</title><a href="summary.pdf">PDF</a></html>'
STAGES = ["evidence", "licence", "opt_out", "extract", "language", "gopher_quality", "pii", "seal", "exact_dedup"]
DROPS = (
    ("exact_dedup", "exact_copy", 120, 540), ("gopher_quality", "gopher_short_doc", 210, 390),
    ("opt_out", "robots.txt", 60, 0), ("read", "http_status", 40, 0), ("opt_out", "tdm-reservation", 20, 0),
)  # fmt: skip  # stage, rule, documents, characters: as a manifest has them, the largest first or not
READ, KEPT, TOKENS = 1000, 550, 700_000


def hash_of(text: str) -> str:
    """A hash to write somewhere."""
    return sha256(text.encode()).hexdigest()


def manifest(**changed: Any) -> dict[str, Any]:
    """A manifest as plain data."""
    return {
        "format": "tokenry.corpus/1",
        "fingerprint": hash_of("recipe"),
        "documents": {"read": READ, "kept": KEPT},
        "tokens": TOKENS,
        "funnel": [dict(zip(("stage", "rule", "documents", "characters"), row, strict=True)) for row in DROPS],
        "inputs": [
            {"name": "crawl/tides.warc.gz", "format": "warc", "bytes": 48_211_907, "sha256": hash_of("one"),
             "documents": 900, "licence": None, "losses": []},
            {"name": "https://data.example.org/letters.jsonl.gz?signature=secret", "format": "jsonl", "bytes": 93_112,
             "sha256": hash_of("two"), "documents": 100, "licence": "CC0-1.0", "losses": []},
        ],
        "shards": [
            {"name": f"{at:06d}", "documents": KEPT // 2, "tokens": TOKENS // 2, "files": [
                {"name": f"shards/{at:06d}.{ending}", "bytes": len(ending) + at, "sha256": hash_of(f"{at}{ending}")}
                for ending in ("bin", "idx", "parquet")
            ]}
            for at in range(2)
        ],
        "stages": STAGES,
        "tokenizer": {"name": "o200k_base", "end": 199_999, "vocabulary": 200_019, "sha256": hash_of("ranks")},
        "trees": {"documents": {"root": hash_of("tree"), "size": KEPT}, "bands": None},
        "recipe": {"preset": "fineweb", "limit": None, "opt_out": {
            "honour": True, "protocols": ["robots.txt", "tdm-reservation"], "agents": ["GPTBot"]}},
        "reads": {},
        "files": {"documents/000000.parquet": hash_of("documents")},
        "versions": {"tokenry": "0.1.0", "pyarrow": "26.0.1"},
        **changed,
    }  # fmt: skip  # papers, as they are written


def summary(manifest_sha256: str, **changed: Any) -> dict[str, Any]:
    """A report's summary as plain data."""
    shares = (("en", 400, 520_000), ("nl", 150, 180_000))
    return {
        "format": "tokenry.corpus.summary/2",
        "set": {"fingerprint": hash_of("recipe"), "manifest_sha256": manifest_sha256},
        "funnel": [
            {"stage": stage, "rule": rule, "dropped": documents, "left": 0, "tokens_dropped": None,
             "tokens_left": TOKENS + at}
            for at, (stage, rule, documents, _) in enumerate(DROPS)
        ],
        "languages": [{"name": name, "documents": many, "tokens": tokens} for name, many, tokens in shares],
        "licences": [{"name": "CC0-1.0", "documents": 100, "tokens": 90_000},
                     {"name": "unknown", "documents": 450, "tokens": 610_000}],
        "regions": [{"name": "Netherlands", "documents": 150, "tokens": 180_000}],
        "sources": [{"name": "crawl", "documents": 450, "tokens": 610_000},
                    {"name": "letters", "documents": 100, "tokens": 90_000}],
        "top_domains": [{"name": "tides.example", "documents": 300, "tokens": 400_000}],
        "missing": ["provider_name", "market_date"],
        "opt_outs": {"dropped": {"robots.txt": 60}, "kept_although_refused": {"meta-robots": 3}},
        "first_date": "2025-11-03",
        "last_date": "2026-09-30",
        **changed,
    }  # fmt: skip


def build(folder: Path, **changed: Any) -> str:
    """Write a set without a report; the manifest's sha256."""
    (folder / "shards").mkdir(parents=True, exist_ok=True)
    (folder / "book.jsonl").write_text("{}\n")
    said = manifest(**changed)
    for shard in said["shards"]:
        for file in shard["files"]:
            if file["name"].startswith("shards/"):
                (folder / file["name"]).write_bytes(b"x" * file["bytes"])
    text = json.dumps(said)
    (folder / "manifest.json").write_text(text)
    return hash_of(text)


def report(folder: Path, manifest_sha256: str, **changed: Any) -> None:
    """Write its report."""
    to = folder / "report"
    to.mkdir(exist_ok=True)
    (to / "index.html").write_text(PAGE)
    (to / "summary.json").write_text(json.dumps(summary(manifest_sha256, **changed)))
    (to / "summary.pdf").write_bytes(b"%PDF-1.7 made up")
    for name in ("croissant.json", "spdx.json"):
        (to / name).write_text("{}")
    (to / "sha256sums.txt").write_text(f"{hash_of(PAGE)}  index.html\n")


def sign(folder: Path, manifest_sha256: str) -> None:
    """Add a line to its log of roots."""
    log = folder / "roots.jsonl"
    lines = log.read_bytes().splitlines() if log.exists() else []
    statement = {
        "number": len(lines) + 1,
        "before": sha256(lines[-1]).hexdigest() if lines else "00" * 32,
        "manifest": manifest_sha256,
        "documents": {"root": hash_of("tree"), "size": KEPT},
        "bands": None,
        "key": KEY.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw).hex(),
        "type": "tokenry.corpus.root",
        "version": 1,
    }
    signature = KEY.sign(_canonical(statement)).hex()
    line = _canonical({"statement": statement, "signature": signature})
    log.write_bytes(b"".join(one + b"\n" for one in (*lines, line)))


def whole(folder: Path, **changed: Any) -> None:
    """A set with a report, signed."""
    sha = build(folder, **changed)
    report(folder, sha)
    sign(folder, sha)


def _canonical(document: dict[str, Any]) -> bytes:
    return json.dumps(document, sort_keys=True, separators=(",", ":")).encode()
