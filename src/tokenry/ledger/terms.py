"""What decides whose money a kind of request takes, looked up once and remembered while it stands.

Requests of one key for one model ask the same questions of the books over and over: which awards, which budgets, which
rates. The answers change only by decree (the books count those) and when an award begins or ends.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeAlias

import msgspec

from tokenry.ledger.awards import Award
from tokenry.ledger.books import Books
from tokenry.ledger.budgets import Budget
from tokenry.ledger.funds import awards_for, budgets_on, has_tokens
from tokenry.ledger.house_accounts import revenue_account, served_account
from tokenry.ledger.prices import cost_rates_of, rates_of
from tokenry.ledger.rates import Rates
from tokenry.ledger.receipts import Facts
from tokenry.ledger.units import Unit

_REMEMBERED_MAX = 10_000
_ALWAYS = 2**63 - 1

Adopt: TypeAlias = Callable[[Iterable[Budget], int], bool]


class Terms(msgspec.Struct, frozen=True, gc=False):
    """Good for instants from `since` to before `until` (nanoseconds since the epoch), while the books count `decrees`.

    `awards` are those that may be drawn on, in draw order; `budgets` those that count, the widest scope first. `rates`
    and `cost_rates` are those of the request's price version, None when it has none. `revenue` and `served` are the
    accounts that earn dollars and take tokens; the latter None where the project has no award of tokens. `dollars` and
    `tokens` are the accounts of `awards` by what they count. `limited`: one of `awards` has rate limits of its own.
    """

    decrees: int
    since: int
    until: int
    revenue: str
    awards: tuple[Award, ...]
    budgets: tuple[Budget, ...]
    rates: Rates | None
    cost_rates: Rates | None
    served: str | None = None
    dollars: tuple[str, ...] = ()
    tokens: tuple[str, ...] = ()
    limited: bool = False


class TermsBook:
    """Terms by what they depend on."""

    def __init__(self, books: Books, adopt: Adopt) -> None:
        """Args:
        adopt: writes down budgets that the books do not hold as they ought to be; says whether there were any.
        """
        self._books = books
        self._adopt = adopt
        self._known: dict[tuple[object, ...], Terms] = {}

    def of(self, facts: Facts, at: int, *, adopt: bool = False) -> Terms:
        """The terms of a request at the instant `at`.

        Args:
            adopt: the request has just been admitted, so its user's own budgets are made as its groups say now.
        """
        kind = (
            facts.key_id, facts.model, facts.endpoint, facts.price_version,
            facts.project_id, facts.organization_id, facts.user_id, facts.tier, facts.group_ids, facts.purpose,
        )  # fmt: skip
        terms = self._known.get(kind)
        if terms is not None and terms.decrees == self._books.decrees and terms.since <= at < terms.until:
            return terms
        if len(self._known) >= _REMEMBERED_MAX:
            self._known.clear()
        terms = look_up(self._books, facts, at)
        if adopt and self._adopt(terms.budgets, at):
            terms = look_up(self._books, facts, at)
        if adopt:  # else they may differ from what the books hold, and are good for this once
            self._known[kind] = terms
        return terms


def look_up(books: Books, facts: Facts, at: int) -> Terms:
    """The terms of a request at the instant `at`, from the books."""
    version = books.version(facts.price_version)
    awards = books.awards_of.get(facts.project_id, ())
    edges = [award.effective_at for award in awards]
    edges += [award.expires_at for award in awards if award.expires_at is not None]
    drawn = awards_for(books, facts, at)
    return Terms(
        decrees=books.decrees,
        since=max([edge for edge in edges if edge <= at], default=0),
        until=min([edge for edge in edges if edge > at], default=_ALWAYS),
        revenue=revenue_account(facts.model),
        awards=tuple(drawn),
        budgets=tuple(budgets_on(books, facts)),
        rates=rates_of(version, facts),
        cost_rates=cost_rates_of(version, facts),
        served=served_account(facts.model) if has_tokens(books, facts.project_id) else None,
        dollars=tuple([award.account for award in drawn if award.unit is Unit.CREDIT]),
        tokens=tuple([award.account for award in drawn if award.unit is Unit.TOKENS]),
        limited=any(award.limited for award in drawn),
    )
