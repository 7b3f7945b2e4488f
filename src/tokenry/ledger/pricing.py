"""The ledger's price book: which version is in force, which are announced, and past requests put right by another."""

from __future__ import annotations

from collections.abc import Sequence

from tokenry.ledger import prices
from tokenry.ledger.corrections import correction
from tokenry.ledger.model import DefinePrices, Leg, Move, Settle
from tokenry.ledger.prices import PriceVersion
from tokenry.ledger.rates import Rates
from tokenry.ledger.receipts import Facts
from tokenry.ledger.requests import Requests
from tokenry.ledger.standing import Standing
from tokenry.ledger.writing import Pen


class Pricing:
    """A part of the ledger."""

    _pen: Pen
    _requests: Requests
    _standing: Standing

    async def set_prices(self, version: PriceVersion, *announced: PriceVersion, confirmed: bool = False) -> bool:
        """Put a version of the price book in force, and announce others, as far as they differ from what is; whether
        any did. What was announced before and is not named again is withdrawn.

        Raises:
            PriceRefused: a rate is negative, or jumps as only slips do and it was not confirmed; or versions overlap.
            Conflict: there is a version with this id.
        """
        to_write = self.check_prices(version, *announced, confirmed=confirmed)
        for one in to_write:
            await self._pen.decree(DefinePrices(one))
        return bool(to_write)

    def check_prices(
        self, version: PriceVersion, *announced: PriceVersion, confirmed: bool = False
    ) -> list[PriceVersion]:
        """Say no to versions before anything else of their configuration is put in force; which would be written.

        Raises:
            PriceRefused: as `set_prices`.
        """
        to_write = prices.timetable(self._pen.books.prices, self._pen.clock.now_ns(), version, announced)
        before = self.prices
        for one in to_write:
            prices.refuse_negative(one)
            if not confirmed:
                prices.refuse_jumps(before, one.prices, one.costs)
            before = one
        return to_write

    def correct(self, settled: Settle, before: Sequence[Move], version: PriceVersion) -> Move | None:
        """Put right what a request was charged, and return the transfers; None when it is right already.

        Args:
            settled: its settlement. before: all corrections that it has had.
            version: the prices it should have been charged at.
        """
        at = self._pen.clock.now_ns()
        move = correction(self._pen.books, settled, before, version, at)
        if move is not None:
            self._pen.ensure_house(move.legs)
            self._pen.write(move, at)
            self._requests.released([Leg(leg.credit, leg.debit, 0) for leg in move.legs])
        return move

    async def keep_for_corrections(self, version: PriceVersion) -> PriceVersion:
        """Note rates that never were in force, for requests to be put right by; one that says the same is used again.

        Raises:
            PriceRefused: a rate is negative.
        """
        assert version.kind == "correction"
        prices.refuse_negative(version)
        for known in self._pen.books.prices:
            if known.kind == "correction" and not prices.changed(known, version.prices, version.costs):
                return known
        await self._pen.decree(DefinePrices(version))
        return version

    @property
    def prices(self) -> PriceVersion | None:
        """The version in force."""
        return self._standing.now()

    def rates(self, model: str) -> Rates | None:
        """The rates in force for a model."""
        version = self._standing.now()
        return None if version is None else version.prices.get(model)

    def rates_for(self, facts: Facts) -> Rates | None:
        """The rates that a request is held and charged by: those of its version, whatever is in force by now."""
        return prices.rates_of(self._pen.books.version(facts.price_version), facts) if facts.price_version else None

    def cost_rates(self, model: str) -> Rates | None:
        """The costs in force for a model, None when they are unknown."""
        version = self._standing.now()
        return None if version is None else version.costs.get(model)
