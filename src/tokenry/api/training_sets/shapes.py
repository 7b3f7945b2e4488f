"""How training sets look as JSON. Times are seconds since the epoch, hashes are hex."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

State = Literal["finished", "unfinished", "unreadable"]
Signed = Literal["none", "good", "older", "broken"]
Reported = Literal["none", "current", "older", "unreadable"]


class TrainingSetShape(msgspec.Struct, kw_only=True):
    """A training set in a list.

    Facts are null unless it is `finished`; `fault` says why it is `unreadable`. `signature`: `good` = the newest root
    is of this manifest; `older` = of one before. `report`: `current` = of this set, `older` = of the set as it was.
    """

    id: str
    name: str
    state: State
    fault: str | None
    finished_at: int | None
    preset: str | None
    tokenizer: str | None
    documents_read: int | None
    documents_kept: int | None
    documents_dropped: int | None
    tokens: int | None
    shards: int | None
    signature: Signed | None
    report: Reported | None
    object: Literal["tokenry.training_set"] = "tokenry.training_set"


class StepShape(msgspec.Struct, kw_only=True):
    """One rule of the funnel: documents that it dropped, that were left, and about how many tokens those had."""

    stage: str
    rule: str
    dropped: int
    left: int
    tokens_left: Annotated[int | None, Meta(description="An estimate of a report of this set; null without one.")]


class OptOutsShape(msgspec.Struct, kw_only=True):
    """Refusals: whether they were heeded, by which protocol documents went, and which stayed although refused."""

    honoured: bool
    protocols: list[str]
    dropped: dict[str, int]
    kept_although_refused: Annotated[dict[str, int] | None, Meta(description="null: no report says.")]


class InputShape(msgspec.Struct, kw_only=True):
    """A file that was read. Of an address on a network what stands behind its `?` is left out: it may be a key."""

    name: str
    format: str
    bytes: int
    documents: int
    licence: str | None
    sha256: str


class ShardFileShape(msgspec.Struct, kw_only=True):
    """One file of a shard."""

    name: str
    bytes: int
    sha256: str


class ShardShape(msgspec.Struct, kw_only=True):
    """What a trainer reads."""

    name: str
    documents: int
    tokens: int
    files: list[ShardFileShape]


class TreeShape(msgspec.Struct, kw_only=True):
    """A root over sorted leaves, and how many there are."""

    root: str
    size: int


class RootsShape(msgspec.Struct, kw_only=True):
    """The roots, and how they are signed: `number`, `key` and `sha256` are of the newest line of the log."""

    documents: TreeShape
    bands: TreeShape | None
    number: int | None
    key: Annotated[str | None, Meta(description="Public, Ed25519; hold it against the one that was published.")]
    sha256: str | None
    why: Annotated[str | None, Meta(description="What is wrong with a log that is `broken`.")]


class ShareShape(msgspec.Struct, kw_only=True):
    """How many documents and tokens of a set something has."""

    name: str
    documents: int
    tokens: int


class ContentShape(msgspec.Struct, kw_only=True):
    """What the report found, the largest first, at most 50 of each. `open_fields`: of the summary, that a person has
    not filled in."""

    languages: list[ShareShape]
    licences: list[ShareShape]
    domains: list[ShareShape]
    regions: list[ShareShape]
    sources: list[ShareShape]
    first_date: str | None
    last_date: str | None
    open_fields: int


class ReportFileShape(msgspec.Struct, kw_only=True):
    """A file of the report, and where it is fetched."""

    name: str
    bytes: int
    path: str


class DetailsShape(msgspec.Struct, kw_only=True):
    """What a finished set's papers say. Of inputs and shards at most 500 are listed; the manifest has them all.

    `shard_files`: whether they are there with their sizes; `unlooked` = too many to look at. Their bytes are read by
    `tokenry corpus verify` alone.
    """

    fingerprint: str
    manifest_sha256: str
    limit: Annotated[int | None, Meta(description="The build read no more documents than these.")]
    funnel: list[StepShape]
    opt_outs: OptOutsShape
    inputs: list[InputShape]
    input_count: int
    shards: list[ShardShape]
    shard_count: int
    shard_files: Literal["there", "missing", "changed", "unlooked"]
    roots: RootsShape
    content: ContentShape | None
    report_files: list[ReportFileShape]
    report_fault: str | None
    versions: dict[str, str]


class FullTrainingSetShape(TrainingSetShape, kw_only=True):
    """A training set with what its papers say."""

    details: DetailsShape | None
