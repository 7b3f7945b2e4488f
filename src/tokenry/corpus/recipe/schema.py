"""A recipe once it is known to be sound: typed, complete, frozen. Knows no TOML and no preset's contents."""

from __future__ import annotations

from typing import Literal

import msgspec

from tokenry.corpus.evidence import AGENTS, PROTOCOLS
from tokenry.corpus.filters import Filter


class Input(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where documents come from. In a recipe a plain string is an `Input` with that path."""

    path: str  # a file, a folder or a pattern
    name: str = ""  # of the source, as papers tell it; the path's last folder unless said otherwise
    licence: str | None = None  # SPDX, of documents that say nothing themselves
    text: str = "text"  # fields of JSONL and Parquet
    url: str = "url"


class Extract(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How a page becomes text. `cascade`: quick on all, cheap filters, careful on those that are left."""

    extractor: Literal["cascade", "careful", "quick"] = "cascade"
    fast: bool = True  # the careful extractor without its fallbacks


class OptOut(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Whose no is heeded. Evidence is kept whether or not it is."""

    honour: bool = True
    protocols: tuple[str, ...] = PROTOCOLS
    agents: tuple[str, ...] = AGENTS  # crawlers whose refusal in robots.txt and ai.txt counts


class Dedup(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which copies go."""

    exact: bool = True
    minhash: bool = False  # 14 bands of 8 hashes over runs of five words


class Mix(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How much of each source: shares of the characters that are left after deduplication. No weights: all of all."""

    weights: dict[str, float] = {}  # by the source's name; only their ratios count
    seed: int = 0


class Tokens(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A tokenizer by name (`o200k_base`, `o200k_harmony`, `cl100k_base`) or the path of a tokenizer.json."""

    tokenizer: str = "o200k_base"
    end: str = "<|endoftext|>"  # the token after each document
    engine: Literal["gigatoken", "tiktoken"] = "gigatoken"  # what encodes a published encoding; the ids are the same


class Shards(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """In which formats tokens are written, and after how many a new shard begins."""

    formats: tuple[Literal["megatron", "parquet", "mds", "flat"], ...] = ("megatron", "parquet")
    tokens: int = 100_000_000


class Budget(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What one document may cost before it is dropped for it."""

    seconds: float = 30.0
    memory_mb: int = 2048  # of the process that works on it, the libraries' own 200 MB included


class Recipe(msgspec.Struct, frozen=True):
    """Everything that decides about a run's bytes, but for the inputs' own and the versions of libraries."""

    preset: str
    input: tuple[Input, ...]
    output: str
    filters: tuple[Filter, ...] = ()
    opt_out: OptOut = OptOut()
    extract: Extract = Extract()
    dedup: Dedup = Dedup()
    mix: Mix = Mix()
    tokens: Tokens = Tokens()
    shards: Shards = Shards()
    budget: Budget = Budget()
    limit: int | None = None  # documents read, from the first
    spool_mb: int = 8192  # of remote inputs, kept between their survey and their reading; decides nothing about bytes
    base: str = "."  # the folder that relative paths start from; no part of the fingerprint


def plain(recipe: Recipe) -> dict[str, object]:
    """The recipe as plain data, every default written out: what papers show and fingerprints are made of."""
    told = {name: msgspec.to_builtins(getattr(recipe, name)) for name in recipe.__struct_fields__}
    told["filters"] = {one.name: msgspec.to_builtins(one) for one in recipe.filters}
    for name in ("base", "output", "spool_mb"):
        told.pop(name)
    return told
