"""One organization with projects, keys, models and prices, for tests that need a whole ledger."""

from __future__ import annotations

from typing import Any

from tests.ledger.memory_disk import MemoryDisk
from tests.simulation.virtual_loop import LoopClock, VirtualLoop
from tokenry.ledger import Award, Budget, Ending, Facts, Ledger, PriceVersion, Rates, Usage
from tokenry.ledger.milestones import THRESHOLDS

START_NS = 1_767_139_200 * 10**9  # 2025-12-31T00:00:00Z
DAY_NS = 86_400 * 10**9
USD = 10**9

PRICES = {
    "small": Rates(100_000, 400_000),
    "large": Rates(3_000_000, 15_000_000, 300_000),
    "odd": Rates(333_333, 777_777, 111_111),
    "free": Rates(0, 0),
}
COSTS = {"small": Rates(50_000, 200_000)}


def facts(**changed: Any) -> Facts:
    """A streamed request of one key of one project, priced by version v1."""
    values: dict[str, Any] = {
        "organization_id": "org",
        "project_id": "proj",
        "key_id": "key",
        "user_id": None,
        "endpoint": "/v1/chat/completions",
        "model": "small",
        "stream": True,
        "input_bound": 1000,
        "output_bound": 1000,
        "price_version": "v1",
    }
    return Facts(**(values | changed))


def award(award_id: str = "a", **changed: Any) -> Award:
    """An open-ended award to that project."""
    values: dict[str, Any] = {
        "id": award_id,
        "name": f"Award {award_id}",
        "organization_id": "org",
        "project_id": "proj",
        "category": "award",
        "state": "active",
        "created_at": 0,
        "effective_at": 0,
    }
    return Award(**(values | changed))


def budget(budget_id: str = "b", **changed: Any) -> Budget:
    """A hard daily budget of that key."""
    values: dict[str, Any] = {
        "id": budget_id,
        "scope": "key",
        "scope_id": "key",
        "window": "day",
        "limit": 1000,
        "hard": True,
        "created_at": 0,
    }
    return Budget(**(values | changed))


def ending(input_tokens: int = 0, output_tokens: int = 0, **changed: Any) -> Ending:
    """A completed request with so many tokens by the engine's count."""
    usage = Usage(input_tokens, output_tokens, changed.pop("cached_tokens", 0), 0, "engine")
    return Ending(usage, "completed", 200, **changed)


class Room:
    """A ledger on a disk in memory, on a loop of its own whose time is made up."""

    def __init__(self, disk: MemoryDisk | None = None, *, start_ns: int = START_NS, **options: Any) -> None:
        self.loop = VirtualLoop()
        self.clock = LoopClock(self.loop, start_ns)
        self.disk = disk or MemoryDisk()
        self.options = {"milestones": THRESHOLDS} | options
        self.open()

    def open(self) -> None:
        """Start the process: open the journal on whatever the disk holds."""
        self.journal = self.disk.journal()
        self.ledger = self.run_sync(lambda: Ledger.open(self.journal, self.clock, **self.options))

    def run_sync(self, what: Any) -> Any:
        """Call a function on the loop, and let all that can happen at once happen."""

        async def call() -> Any:
            return what()

        return self.loop.do(call()).result()

    def furnish(self, amount: int = 10**12, *budgets: Budget) -> Room:
        """Prices in force, an award of so many nano-USD, and these budgets."""
        self.run(self.ledger.set_prices(PriceVersion("v1", 0, PRICES, COSTS)))
        self.run(self.ledger.grant(award(), amount))
        for one in budgets:
            self.run(self.ledger.set_budget(one))
        return self

    def write(self) -> None:
        """Let the disk write all that waits for it."""
        while self.disk.write_now():
            self.loop.idle()

    def run(self, coroutine: Any) -> Any:
        """The result of a coroutine, time jumping as needed."""
        return self.loop.run_until_complete(coroutine)

    def hold(self, request_id: str, amount: int, **changed: Any) -> Any:
        """A hold that must not have to wait."""
        task = self.loop.do(self.ledger.hold(request_id, facts(**changed), amount))
        assert task.done(), f"{request_id} waits"
        return task.result()

    def settle(self, reservation: Any, *tokens: int, **changed: Any) -> Any:
        """Settle with these tokens; the future of its receipt."""
        return self.run_sync(lambda: self.ledger.settle(reservation, ending(*tokens, **changed)))

    def mark(self, reservation: Any, usage: Usage) -> None:
        """A checkpoint."""
        self.run_sync(lambda: self.ledger.mark(reservation, usage))

    def columns(self, account: str) -> tuple[int, int, int, int]:
        """Debits pending and posted, credits pending and posted."""
        a = self.ledger.books.accounts[account]
        return a.debits_pending, a.debits_posted, a.credits_pending, a.credits_posted
