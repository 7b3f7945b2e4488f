"""How the installation's health looks as JSON. Times are seconds since the epoch."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

State = Literal["ok", "note", "wrong"]
Area = Literal["ledger", "disk", "engines", "models", "backups", "clock", "address", "configuration", "access", "news"]


class FindingShape(msgspec.Struct, kw_only=True, frozen=True):
    """One thing that was looked at, as `tokenry doctor` tells it: how it is, and what to do when it is not well."""

    area: Area
    state: State
    what: str
    how: str | None = None


class EngineShape(msgspec.Struct, kw_only=True):
    """One engine, and the line before it: requests at work and waiting, by tier."""

    name: str
    dialect: str
    state: str
    last_error: str | None
    starts: int
    slots: int
    running: dict[str, int]
    waiting: dict[str, int]


class BreakerShape(msgspec.Struct, kw_only=True):
    """How a deployment fares: `open` = left alone until `reopens_in_s`."""

    deployment: str
    state: Literal["closed", "open", "half_open"]
    failures_in_row: int
    last_failure: str | None
    reopens_in_s: int | None
    first_token_ms: int | None


class LedgerHealth(msgspec.Struct, kw_only=True):
    """How the journal fares. `kept_from`: earlier requests are no longer kept one by one."""

    writable: bool
    refusing: list[str]
    rows: int
    rows_kept: int
    queued: int
    commit_ms: Annotated[str, Meta(description="A moving average of how long a commit takes.")]
    running_requests: int
    settled_requests: int
    sums_behind: Annotated[int, Meta(description="Rows that the sums of usage do not include yet.")]
    kept_from: int | None


class DiskHealth(msgspec.Struct, kw_only=True):
    """Bytes of the disk that the data folder lies on. Below `least` no request is taken."""

    free: int
    size: int
    least: int
    ledger: int
    has_ballast: bool


class HealthShape(msgspec.Struct, kw_only=True):
    """Everything that is known of the installation's health; `state` is that of its worst finding."""

    state: State
    version: str
    python: str
    data_dir: str
    checked_at: int
    last_backup_at: int | None
    findings: list[FindingShape]
    engines: list[EngineShape]
    breakers: list[BreakerShape]
    ledger: LedgerHealth
    disk: DiskHealth | None
    object: Literal["tokenry.health"] = "tokenry.health"


class BreachShape(msgspec.Struct, kw_only=True):
    """One thing that does not add up: in which row, by which rule."""

    row: int | None
    rule: str
    what: str


class ProofShape(msgspec.Struct, kw_only=True):
    """What folding every row again found. The books are sound when `breaches` is empty. Amounts are nano-USD."""

    ok: bool
    checked_at: int
    rows: int
    closed_rows: int
    requests: int
    issued_nanousd: int
    charged_nanousd: int
    available_nanousd: int
    pending_nanousd: int
    written_off_nanousd: int
    breaches: list[BreachShape]
    object: Literal["tokenry.ledger_proof"] = "tokenry.ledger_proof"
