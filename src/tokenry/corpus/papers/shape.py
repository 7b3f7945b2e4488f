"""What a manifest must have for anybody to work with it. A set may come from a stranger: all of it is looked at first.

A manifest may say more than this; what stands here is what is read somewhere.
"""

from __future__ import annotations

from typing import Annotated, Any

import msgspec

_Count = Annotated[int, msgspec.Meta(ge=0, le=2**62)]
_Hash = Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{64}$")]


class _File(msgspec.Struct):
    name: str
    bytes: _Count
    sha256: _Hash


class _Shard(msgspec.Struct):
    name: str
    documents: _Count
    tokens: _Count
    files: list[_File]


class _Input(msgspec.Struct):
    name: str
    format: str
    sha256: str  # empty where the file could not be read
    losses: list[dict[str, str]]


class _Documents(msgspec.Struct):
    read: _Count
    kept: _Count


class _Dropped(msgspec.Struct):
    stage: str
    rule: str
    documents: _Count
    characters: _Count


class _Root(msgspec.Struct):
    root: _Hash
    size: _Count


class _Trees(msgspec.Struct):
    documents: _Root
    bands: _Root | None


class _Tokenizer(msgspec.Struct):
    name: str
    sha256: str


class _OptOut(msgspec.Struct):
    honour: bool
    protocols: list[str]
    agents: list[str]


class _Tokens(msgspec.Struct):
    tokenizer: str
    end: str
    engine: str


class _Shards(msgspec.Struct):
    formats: list[str]


class _Recipe(msgspec.Struct):
    opt_out: _OptOut
    filters: dict[str, Any]
    tokens: _Tokens
    shards: _Shards


class Shape(msgspec.Struct):
    """A manifest's parts that are read somewhere."""

    fingerprint: _Hash
    recipe: _Recipe
    stages: list[str]
    versions: dict[str, str]
    tokenizer: _Tokenizer
    inputs: list[_Input]
    documents: _Documents
    tokens: _Count
    funnel: list[_Dropped]
    trees: _Trees
    shards: list[_Shard]
    files: dict[str, _Hash]
