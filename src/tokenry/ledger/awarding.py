"""Units given and taken back: pools are funded, awards granted, released, transferred, withdrawn from, closed, swept.

Everything returns once it is durable. A `key` names the act behind a call: one whose key is known was done before, and
changes nothing any more. What requests hold stays theirs: it comes back as they end, by `sweep`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from tokenry.base.errors import Conflict, InvalidRequest, NotFound
from tokenry.base.units import AMOUNT_MAX
from tokenry.ledger.awards import Award
from tokenry.ledger.books import Books
from tokenry.ledger.model import DefineAward, DefinePool, Leg, Move, Record
from tokenry.ledger.pools import AwardBalance, Pool, PoolBalance
from tokenry.ledger.requests import Requests
from tokenry.ledger.units import WEIGHT_MAX, Unit
from tokenry.ledger.writing import Pen

RELEASE, TRANSFER, WITHDRAW, CLOSE, EXPIRE = "release", "transfer", "withdraw", "close", "expire"  # codes of moves


class Awarding:
    """A part of the ledger."""

    _pen: Pen
    _requests: Requests

    # --- pools -----------------------------------------------------------------------------------------------------

    async def fund(self, pool: Pool, amount: int, *, key: str) -> None:
        """Make a pool, or change its name, and raise its cap by `amount` units, or lower it by what nobody was given.

        Raises:
            InvalidRequest: its unit is none. Conflict: it has less left than is taken back, or more than the books can
                hold, or another unit or organization than before.
        """
        if pool.unit not in (Unit.CREDIT, Unit.TOKENS):
            raise InvalidRequest("a pool is of dollars or of tokens", param="unit")
        await self._act(DefinePool(pool, amount, key), key)

    def pool_balance(self, pool_id: str) -> PoolBalance:
        """How a pool stands. Raises NotFound."""
        books = self._pen.books
        pool = books.pools.get(pool_id)
        if pool is None:
            raise NotFound(f"there is no pool {pool_id!r}", param="pool")
        share, left = books.share(pool.account), books.accounts[pool.account].available
        accounts = [books.accounts.get(a.committed_account) for a in books.awards.values() if a.pool == pool_id]
        committed = sum([account.available for account in accounts if account is not None])
        granted = share.issued + share.returned - left - committed
        return PoolBalance(
            unit=Unit(pool.unit), cap=share.issued, left=left, committed=committed, granted=granted,
            returned=share.returned,
        )  # fmt: skip  # one line of names

    # --- awards ----------------------------------------------------------------------------------------------------

    async def grant(self, award: Award, amount: int, *, committed: int = 0, key: str | None = None) -> None:
        """Make an award, or change its terms, and issue `amount` more units to it from its pool, else from issuance.

        Args:
            committed: units more that are promised, and wait for `release`.

        Raises:
            InvalidRequest: terms that cannot be. Conflict: an amount is negative, more than the pool has left or more
                than the books can hold; or another unit, other weights or another pool than before; or it is closed.
        """
        refuse_nonsense_of(award)
        before = self._pen.books.awards.get(award.id)
        if before is not None and (amount or committed or award.state != "closed"):
            self._refuse_closed(before, key)
        await self._act(DefineAward(award, amount, committed, key), key, [award.account])

    async def grant_once(self, award: Award, amount: int) -> bool:
        """As `grant`, for an award that is not in the books yet; whether it was not. Returns once that is durable."""
        if award.id in self._pen.books.awards:
            await self._pen.journal.flush()
            return False
        await self.grant(award, amount)
        return True

    async def release(self, award_id: str, amount: int, *, key: str) -> None:
        """A tranche that was promised is paid out.

        Raises:
            NotFound; Conflict: less is promised, or the award is closed.
        """
        award = self._award(award_id)
        if award.committed_account not in self._pen.books.accounts:
            raise Conflict(f"nothing is promised to the award {award_id} that could be released")
        self._refuse_closed(award, key)
        await self._move(award, (Leg(award.committed_account, award.account, amount),), RELEASE, key)

    async def transfer(self, source_id: str, target_id: str, amount: int, *, key: str) -> None:
        """Move unspent units from one award of a project to another of the same unit and weights.

        Raises:
            NotFound; Conflict: they are not alike, the target is closed, or the source has less that nobody holds.
        """
        source, target = self._award(source_id), self._award(target_id)
        if (source.organization_id, source.project_id) != (target.organization_id, target.project_id):
            raise Conflict("units are transferred between awards of one project; these are of two")
        if (source.unit, source.weights) != (target.unit, target.weights):
            raise Conflict("units are transferred between awards that count alike; these differ in unit or weights")
        if source.pool != target.pool:
            raise Conflict("units are transferred between awards from one pool; these are from two")
        self._refuse_closed(target, key)
        await self._move(target, (Leg(source.account, target.account, amount),), TRANSFER, key)

    async def withdraw(self, award_id: str, amount: int, *, key: str) -> None:
        """Take back units that nobody spent or holds: to the award's pool, else to issuance.

        Raises:
            NotFound; Conflict: it has less.
        """
        award = self._award(award_id)
        leg = Leg(award.account, self._pen.books.source_of(award), amount)
        await self._move(award, (leg,), WITHDRAW, key)

    async def close_award(self, award_id: str, *, key: str) -> None:
        """End an award for good: what nobody spent, holds or was given yet returns to its pool, else expires.

        Raises NotFound.
        """
        award, books = self._award(award_id), self._pen.books
        if key in books.keys:
            await self._pen.journal.flush()
            return
        self._pen.write(DefineAward(msgspec.structs.replace(award, state="closed"), 0), self._pen.clock.now_ns())
        await self._move(award, self._left(award, committed=True), CLOSE, key)

    def balance(self, award_id: str) -> AwardBalance:
        """How an award stands. Raises NotFound."""
        award, books = self._award(award_id), self._pen.books
        account, share = books.accounts[award.account], books.share(award.account)
        committed = books.accounts.get(award.committed_account)
        spent = share.issued - share.returned - share.expired - account.unspent
        return AwardBalance(
            unit=Unit(award.unit), issued=share.issued, committed=committed.available if committed else 0,
            held=account.debits_pending, spent=spent, left=account.available, returned=share.returned,
            expired=share.expired,
        )  # fmt: skip  # one line of names

    def _sweep_awards(self, at: int) -> None:
        """What is left of awards past their end returns to their pools, or expires; so does what closed ones held."""
        for award in list(self._pen.books.awards.values()):
            ended = award.expires_at is not None and award.expires_at <= at
            if ended or award.state == "closed":
                legs = self._left(award, committed=award.state == "closed")
                if legs:
                    self._pen.write(Move(award.id, legs, EXPIRE if ended else CLOSE), at)

    def _left(self, award: Award, *, committed: bool) -> tuple[Leg, ...]:
        books = self._pen.books
        names = (award.account, award.committed_account) if committed else (award.account,)
        accounts = [books.accounts[name] for name in names if name in books.accounts]
        back = books.return_of(award)
        return tuple([Leg(account.id, back, account.available) for account in accounts if account.available > 0])

    def _award(self, award_id: str) -> Award:
        award = self._pen.books.awards.get(award_id)
        if award is None:
            raise NotFound(f"there is no award {award_id!r}", param="award")
        return award

    def _refuse_closed(self, award: Award, key: str | None) -> None:
        if award.state == "closed" and key not in self._pen.books.keys:
            raise Conflict(f"the award {award.id} is closed for good; make another")

    async def _move(self, award: Award, legs: Iterable[Leg], code: str, key: str) -> None:
        moved = Move(award.id, tuple(legs), code, key)
        if key not in self._pen.books.keys:
            _refuse_overflow(self._pen.books, moved.legs)
        await self._act(moved, key, [leg.credit for leg in moved.legs])

    async def _act(self, record: Record, key: str | None, freed: Sequence[str] = ()) -> None:
        """Write what somebody decided, once, and let those go on who wait for these accounts. Returns once durable."""
        if key is not None and key in self._pen.books.keys:
            await self._pen.journal.flush()
            return
        durable = self._pen.decree(record)
        self._requests.released([Leg(name, name, 0) for name in freed])
        await durable


def refuse_nonsense_of(award: Award) -> None:
    """Say no to an award that cannot be. Raises InvalidRequest."""
    if award.unit not in (Unit.CREDIT, Unit.TOKENS):
        raise InvalidRequest("an award is of dollars or of tokens", param="unit")
    if award.weights is not None:
        if award.unit is not Unit.TOKENS:
            raise InvalidRequest("only an award of tokens has weights", param="weights")
        if not any(msgspec.structs.astuple(award.weights)):
            raise InvalidRequest("weights of nothing but 0 would let everything through for nothing", param="weights")
        if not all(0 <= weight <= WEIGHT_MAX for weight in msgspec.structs.astuple(award.weights)):
            raise InvalidRequest(f"a weight is from 0 to {WEIGHT_MAX} thousandths", param="weights")


def _refuse_overflow(books: Books, legs: Iterable[Leg]) -> None:
    for leg in legs:
        account = books.accounts[leg.credit]
        if account.kind == "award" and account.credits_posted + leg.amount > AMOUNT_MAX:
            raise Conflict(f"more than the books can hold ({account.id})")
