"""The routes of the installation's health: `/v1/tokenry/health`. The operator's organization alone has them."""

from __future__ import annotations

import asyncio
import platform
import shutil
from pathlib import Path

from tokenry import __version__
from tokenry.api.guarded import Call, Guarded
from tokenry.api.health.looks import findings, last_backup_ns
from tokenry.api.health.proof import prove
from tokenry.api.health.shapes import BreakerShape, DiskHealth, EngineShape, FindingShape, HealthShape, LedgerHealth
from tokenry.api.rooms import Rooms
from tokenry.base.clock import NS_PER_S
from tokenry.router import DeploymentHealth
from tokenry.storage import BALLAST_NAME


async def health(call: Call) -> HealthShape:
    """Retrieve the installation's health. What is well, what is not, how to mend it; engines, lines, disk."""
    rooms = call.rooms
    engines, monotonic_ns = _engines(rooms), rooms.clock.monotonic_ns()
    breakers = [_breaker(one, monotonic_ns) for one in rooms.router.health(monotonic_ns)]

    def look() -> tuple[list[FindingShape], int | None, LedgerHealth, DiskHealth | None]:
        return findings(rooms), last_backup_ns(rooms), _ledger(rooms), _disk(rooms)

    found, backup_ns, ledger, disk = await asyncio.to_thread(look)
    return HealthShape(
        state=found[0].state,
        version=__version__,
        python=platform.python_version(),
        data_dir=str(rooms.data_dir),
        checked_at=rooms.clock.now_ns() // NS_PER_S,
        last_backup_at=None if backup_ns is None else backup_ns // NS_PER_S,
        findings=found,
        engines=engines,
        breakers=breakers,
        ledger=ledger,
        disk=disk,
    )


def _engines(rooms: Rooms) -> list[EngineShape]:
    lines = {} if rooms.lines is None else {line.name: line.turns for line in rooms.lines()}
    found = []
    for name, engine in sorted(rooms.engines.items()):
        told, turns = engine.health(), lines.get(name)
        found.append(
            EngineShape(
                name=name,
                dialect=told.dialect,
                state=told.state,
                last_error=told.last_error,
                starts=told.starts,
                slots=engine.slots if turns is None else turns.slots,
                running={} if turns is None else dict[str, int](turns.running.items()),
                waiting={} if turns is None else {place: turns.in_line(place) for place in turns.running},
            )
        )
    return found


def _breaker(one: DeploymentHealth, now_ns: int) -> BreakerShape:
    opens_ns = None if one.reopens_at_ns is None else max(0, one.reopens_at_ns - now_ns)
    return BreakerShape(
        deployment=one.id,
        state=one.state,
        failures_in_row=one.failures_in_row,
        last_failure=one.last_failure,
        reopens_in_s=None if opens_ns is None else -(-opens_ns // NS_PER_S),
        first_token_ms=None if one.ttft_ms is None else round(one.ttft_ms),
    )


def _ledger(rooms: Rooms) -> LedgerHealth:
    journal, base = rooms.journal, rooms.journal.base()
    return LedgerHealth(
        writable=journal.latched is None,
        refusing=list(rooms.ledger.shut.values()),
        rows=journal.last_seq,
        rows_kept=journal.last_seq - journal.base_seq,
        queued=journal.stats.queued,
        commit_ms=f"{journal.stats.commit_ewma_s * 1000:.1f}",
        running_requests=len(rooms.ledger.books.holds),
        settled_requests=rooms.ledger.stats.settles,
        sums_behind=rooms.buckets.behind,
        kept_from=None if base is None else base.at // NS_PER_S,
    )


def _disk(rooms: Rooms) -> DiskHealth | None:
    try:
        usage = shutil.disk_usage(rooms.data_dir)
    except OSError:
        return None  # a finding says so
    return DiskHealth(
        free=usage.free,
        size=usage.total,
        least=rooms.config.storage.disk_free_min,
        ledger=_bytes(rooms.journal.path),
        has_ballast=(rooms.data_dir / BALLAST_NAME).exists(),
    )


def _bytes(path: Path) -> int:
    parts = (path, path.with_name(path.name + "-wal"))
    return sum(part.stat().st_size for part in parts if part.exists())


_BASE = "/v1/tokenry/health"
ROUTES: tuple[Guarded, ...] = (
    Guarded("GET", _BASE, "health.read", health),
    Guarded("POST", f"{_BASE}/ledger_proof", "health.read", prove),
)
