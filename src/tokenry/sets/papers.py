"""What `manifest.json` and `summary.json` say, as types: only what is shown, and only where it has the right form.

Both are somebody's files. A member that is not known passes, one that is known and wrong makes the whole unreadable.
Source of the forms: `tokenry.corpus`, formats `tokenry.corpus/1` and `tokenry.corpus.summary/2`.
"""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import Meta, field

COUNT_MAX = 2**53 - 1  # what a browser still counts exactly
Count = Annotated[int, Meta(ge=0, le=COUNT_MAX)]
Hash = Annotated[str, Meta(pattern=r"^[0-9a-f]{64}\Z")]
Name = Annotated[str, Meta(max_length=500)]
Address = Annotated[str, Meta(max_length=8192)]
Inside = Annotated[str, Meta(pattern=r"^shards(/[A-Za-z0-9_-][A-Za-z0-9._-]{0,99}){1,3}\Z")]  # leads nowhere else


class Paper(msgspec.Struct, frozen=True):
    """A part of a paper; members that are not named here are left unread."""


class Documents(Paper, frozen=True):
    """How many were read, and how many of them stand in the shards."""

    read: Count
    kept: Count


class Dropped(Paper, frozen=True):
    """What one rule took out."""

    stage: Name
    rule: Name
    documents: Count


class Input(Paper, frozen=True):
    """A file that was read."""

    name: Address
    format: Name
    bytes: Count
    sha256: Hash
    documents: Count = 0
    licence: Name | None = None


class ShardFile(Paper, frozen=True):
    """One file of a shard."""

    name: Inside
    bytes: Count
    sha256: Hash


class Shard(Paper, frozen=True):
    """What a trainer reads, in one or more formats."""

    name: Name
    documents: Count
    tokens: Count
    files: list[ShardFile]


class Tokenizer(Paper, frozen=True):
    """By its name."""

    name: Name


class Tree(Paper, frozen=True):
    """The root over all leaves of one kind."""

    root: Hash
    size: Count


class Trees(Paper, frozen=True):
    """Over the texts' digests; over their band keys, where there are any."""

    documents: Tree
    bands: Tree | None = None


class OptOut(Paper, frozen=True):
    """Whether refusals were heeded, and which."""

    honour: bool = True
    protocols: list[Name] = field(default_factory=list)


class Recipe(Paper, frozen=True):
    """What of the recipe is shown."""

    preset: Name | None = None
    limit: Count | None = None
    opt_out: OptOut = OptOut()


class Manifest(Paper, frozen=True):
    """A finished set."""

    format: Literal["tokenry.corpus/1"]
    fingerprint: Hash
    documents: Documents
    tokens: Count
    funnel: list[Dropped]
    inputs: list[Input]
    shards: list[Shard]
    stages: list[Name]
    tokenizer: Tokenizer
    trees: Trees
    recipe: Recipe
    versions: dict[Name, Name]


class Share(Paper, frozen=True):
    """How much of a set something is."""

    name: Address
    documents: Count
    tokens: Count


class StepTold(Paper, frozen=True):
    """A step of the funnel as the report estimates its tokens."""

    stage: Name
    rule: Name
    tokens_left: Count
    tokens_dropped: Count | None = None


class OptOuts(Paper, frozen=True):
    """Documents that were refused and kept, by protocol."""

    kept_although_refused: dict[Name, Count] = field(default_factory=dict)


class Of(Paper, frozen=True):
    """Which set a summary is of."""

    manifest_sha256: Hash


class Content(Paper, frozen=True):
    """What a report found in a set."""

    format: Literal["tokenry.corpus.summary/2"]
    set: Of
    funnel: list[StepTold]
    languages: list[Share]
    licences: list[Share]
    regions: list[Share]
    sources: list[Share]
    top_domains: list[Share]
    missing: list[Name]
    opt_outs: OptOuts
    first_date: Name | None = None
    last_date: Name | None = None
