"""What a scrape reads from the rooms and from the system at the moment it asks; nothing is kept between two scrapes."""

from __future__ import annotations

import platform
import shutil
from pathlib import Path

from tokenry import __version__
from tokenry.api import families
from tokenry.api.exposition import Buckets, Page
from tokenry.base.clock import NS_PER_S
from tokenry.gateway import Gateway
from tokenry.ledger import Ledger
from tokenry.notify import Notices
from tokenry.storage import COMMIT_BOUNDS_S, Journal

try:
    import resource
except ImportError:  # Windows, where nothing is served
    resource = None  # type: ignore[assignment] # asked for where it is used

_BORNE = ("crash", "retry", "io")  # what the house bears; a walk through all accounts would be too slow
_BREAKER = {"closed": 0, "half_open": 1, "open": 2}
_PROC = Path("/proc/self")  # Linux; elsewhere these gauges are left out


class Rooms:
    """Reads ledger, journal, gateway, engines, disk and process at each scrape."""

    def __init__(self, ledger: Ledger, journal: Journal, gateway: Gateway) -> None:
        self._ledger = ledger
        self._journal = journal
        self._gateway = gateway
        self._started_s = ledger.clock.now_ns() / NS_PER_S
        self._build = (__version__, platform.python_version())

    def expose(self, page: Page) -> None:
        """Write every family that is read from the rooms."""
        page.one(families.IN_FLIGHT, self._gateway.in_flight)
        self._of_ledger(page)
        self._of_journal(page)
        self._of_disk(page)
        self._of_engines(page)
        self._of_deployments(page)
        self._of_process(page)

    def _of_ledger(self, page: Page) -> None:
        ledger, stats = self._ledger, self._ledger.stats
        page.one(families.HOLDS_OPEN, len(ledger.books.holds))
        page.one(families.HOLDS, stats.holds)
        page.one(families.HOLD_WAITS, stats.waits)
        page.one(families.HOLDS_IN_LINE, ledger.in_line)
        page.one(families.QUOTA_REFUSALS, stats.refusals)
        page.one(families.HOLDS_UNDONE, stats.undone)
        page.one(families.HOLDS_RECOVERED, stats.recovered)
        page.one(families.SPENDING_HELD, int(bool(ledger.shut)))
        page.one(families.WRITEOFF, stats.writeoff_nanousd)
        borne = [(why, ledger.books.accounts.get(f"house:{why}")) for why in _BORNE]
        page.add(families.HOUSE, [((why,), account.debits_posted) for why, account in borne if account is not None])

    def _of_journal(self, page: Page) -> None:
        stats = self._journal.stats
        page.one(families.COMMITS, stats.commits)
        page.one(families.COMMIT_FAILURES, stats.failures)
        page.one(families.ENTRIES, stats.entries)
        page.one(families.QUEUED, stats.queued)
        page.add(families.COMMIT_S, [((), Buckets(COMMIT_BOUNDS_S, stats.commit_buckets, None))])
        page.one(families.COMMIT_LAST_S, stats.commit_last_s)
        page.one(families.WAL_PAGES, stats.wal_pages)
        page.one(families.LATCHED, int(self._journal.latched is not None))

    def _of_disk(self, page: Page) -> None:
        path = self._journal.path
        sizes = {"db": _size(path), "wal": _size(path.with_name(path.name + "-wal"))}
        page.add(families.LEDGER_BYTES, [((name,), size) for name, size in sizes.items() if size is not None])
        try:
            usage = shutil.disk_usage(path.parent)
        except OSError:  # the folder is gone; the journal says so in its own way
            return
        page.one(families.DISK_FREE, usage.free)
        page.one(families.DISK_SIZE, usage.total)

    def _of_engines(self, page: Page) -> None:
        healths = [(name, engine.health()) for name, engine in self._gateway.setup.engines.items()]
        page.add(families.ENGINE_UP, [((name,), int(h.state == "ready")) for name, h in healths])
        page.add(families.ENGINE_STARTS, [((name,), h.starts) for name, h in healths])
        page.add(families.ENGINE_BUSY, [((name,), h.connections_open - h.connections_idle) for name, h in healths])
        page.add(families.ENGINE_IDLE, [((name,), h.connections_idle) for name, h in healths])
        page.add(families.ENGINE_WAITING, [((name,), h.requests_waiting) for name, h in healths])
        turns = [(line.name, line.turns) for line in self._gateway.setup.lines.values()]
        page.add(families.SLOTS, [((name,), one.slots) for name, one in turns])
        page.add(families.TIER_RUNNING, [((name, p), n) for name, one in turns for p, n in one.running.items()])
        page.add(families.TIER_WAITING, [((name, p), one.in_line(p)) for name, one in turns for p in one.running])

    def _of_deployments(self, page: Page) -> None:
        healths = self._gateway.means.router.health(self._gateway.means.clock.monotonic_ns())
        page.add(families.BREAKER, [((h.id,), _BREAKER[h.state]) for h in healths])
        page.add(families.FAILURES, [((h.id,), h.failures_in_row) for h in healths])
        page.add(families.DEPLOYMENT_TTFT, [((h.id,), h.ttft_ms / 1000) for h in healths if h.ttft_ms is not None])

    def _of_process(self, page: Page) -> None:
        used = resource.getrusage(resource.RUSAGE_SELF)
        page.one(families.CPU, used.ru_utime + used.ru_stime)
        page.one(families.MAX_FDS, resource.getrlimit(resource.RLIMIT_NOFILE)[0])
        page.one(families.STARTED, self._started_s)
        page.add(families.BUILD, [(self._build, 1)])
        try:
            pages = int((_PROC / "statm").read_text(encoding="ascii").split()[1])
            descriptors = len(list((_PROC / "fd").iterdir())) - 1  # the one that lists them is not counted
        except OSError:
            return
        page.one(families.MEMORY, pages * resource.getpagesize())
        page.one(families.OPEN_FDS, descriptors)


class News:
    """Reads at each scrape how deliveries went."""

    def __init__(self, notices: Notices) -> None:
        self._stats = notices.stats

    def expose(self, page: Page) -> None:
        """Write the families about deliveries."""
        page.add(families.DELIVERIES, list(self._stats.ended.items()))
        page.one(families.DELIVERIES_WAITING, self._stats.waiting)


def _size(path: Path) -> int | None:
    try:
        return path.stat().st_size
    except OSError:
        return None
