"""How legs change the columns of accounts: posted, held, released, taken back; and what becomes of awards thereby."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from tokenry.base.units import AMOUNT_MAX
from tokenry.ledger.books import Books, Reason, Refused
from tokenry.ledger.model import Account, Leg
from tokenry.ledger.pools import Share

_GIVERS: Final = ("issuance", "pool", "committed", "award")  # kinds of accounts that units are granted from


def post(books: Books, leg: Leg, amount: int) -> None:
    """So many units from one account to the other, below zero back."""
    books.accounts[leg.debit].debits_posted += amount
    books.accounts[leg.credit].credits_posted += amount


def blocked(books: Books, leg: Leg) -> Refused | None:
    """Why this leg cannot be taken as things stand, or None."""
    debit = books.accounts.get(leg.debit)
    credit = books.accounts.get(leg.credit)
    if debit is None or credit is None:
        return Refused(Reason.NO_ACCOUNT, leg.debit if debit is None else leg.credit)
    if not 0 <= leg.amount <= AMOUNT_MAX:
        return Refused(Reason.BAD_AMOUNT, leg.debit)
    if debit is credit:
        return Refused(Reason.SAME_ACCOUNT, leg.debit)
    if debit.unit is not credit.unit:
        return Refused(Reason.OTHER_LEDGER, leg.debit)
    if debit.limited and leg.amount > debit.available:
        return Refused(Reason.EXCEEDS if leg.amount > debit.unspent else Reason.HELD, leg.debit)
    return None


def single(books: Books, legs: Sequence[Leg]) -> Refused | None:
    """Post linked single transfers, all or none."""
    for done, leg in enumerate(legs):
        refused = blocked(books, leg)
        if refused is not None:
            for back in legs[:done]:
                post(books, back, -back.amount)
            return refused
        post(books, leg, leg.amount)
    return None


def release(books: Books, legs: Sequence[Leg], posts: Sequence[int], *, sign: int) -> None:
    """Turn pending legs into posted ones (sign 1) or back (sign -1)."""
    accounts = books.accounts
    for leg, post in zip(legs, posts, strict=True):
        debit, credit = accounts[leg.debit], accounts[leg.credit]
        held, posted = sign * leg.amount, sign * post
        debit.debits_pending -= held
        credit.credits_pending -= held
        debit.debits_posted += posted
        credit.credits_posted += posted


def open_and_fill(books: Books, opened: Sequence[Account], legs: Sequence[Leg]) -> Refused | None:
    """Open those of these accounts that are not there, and post what goes into them: all of it or nothing."""
    fresh = [account for account in opened if account.id not in books.accounts]
    for account in fresh:
        books.accounts[account.id] = account
    refused = single(books, legs)
    if refused is None:
        full = next((a for a in opened if _held_in_all(books.accounts[a.id]) > AMOUNT_MAX), None)
        if full is not None:
            for leg in legs:
                post(books, leg, -leg.amount)
            refused = Refused(Reason.BAD_AMOUNT, full.id)
    if refused is not None:
        for account in fresh:
            del books.accounts[account.id]
        return refused
    note(books, legs)
    return None


def _held_in_all(account: Account) -> int:
    """What must stay within 63 bits: all that an award ever got; of a pool, to which units return, what it has."""
    return account.unspent if account.kind == "pool" else account.credits_posted


def note(books: Books, legs: Iterable[Leg]) -> None:
    """Keep what became of awards and pools: told by the kinds of the two accounts, so corrections are no part of it."""
    accounts = books.accounts
    for leg in legs:
        if not leg.amount:
            continue
        kinds = accounts[leg.debit].kind, accounts[leg.credit].kind
        if kinds[1] == "award" and kinds[0] in _GIVERS:
            share(books, leg.credit).issued += leg.amount
        if kinds[0] != "award":
            continue
        if kinds[1] == "award":
            share(books, leg.debit).issued -= leg.amount
        elif kinds[1] == "expired":
            share(books, leg.debit).expired += leg.amount
        elif kinds[1] in ("pool", "issuance"):
            share(books, leg.debit).returned += leg.amount
            if kinds[1] == "pool":
                share(books, leg.credit).returned += leg.amount


def share(books: Books, account: str) -> Share:
    """What was moved into an award or a pool, to be changed."""
    return books.shares.setdefault(account, Share())
