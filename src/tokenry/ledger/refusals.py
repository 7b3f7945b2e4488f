"""What the ledger says when it refuses: which account, what is left, when it resets, where to ask for more."""

from __future__ import annotations

from collections.abc import Mapping

from tokenry.base.clock import isoformat
from tokenry.base.errors import TokenryError, Unavailable
from tokenry.base.units import nano_to_usd
from tokenry.ledger.allowances import DEFAULT, OVERRIDE
from tokenry.ledger.books import Books, Reason, Refused
from tokenry.ledger.budgets import Budget, Period
from tokenry.ledger.prices import UnpricedModel
from tokenry.ledger.receipts import Facts
from tokenry.ledger.units import Unit, bound


class InsufficientQuota(TokenryError):
    """An award or a hard budget does not cover what the request could cost.

    429 because the SDKs and Codex understand it on inference routes; `x-should-retry: false` keeps them from retrying.
    """

    status = 429
    type = "insufficient_quota"
    code = "insufficient_quota"


class LedgerUnavailable(Unavailable):
    """The journal cannot be written, so nothing that costs money may start."""

    code = "ledger_unavailable"

    @classmethod
    def because(cls, error: Exception) -> LedgerUnavailable:
        """From what the disk said."""
        refusal = cls(
            "the ledger cannot be written; nothing was charged. Requests are taken again as soon as it can",
            headers={"retry-after": "5"},
        )
        refusal.__cause__ = error  # for the log: it names files, which are no business of a client's
        return refusal


class RestoreUnconfirmed(Unavailable):
    """The data folder was restored from a backup, and nobody has said yet that spending may go on."""

    code = "restore_unconfirmed"


class DiskNearlyFull(Unavailable):
    """The disk has less left than is kept for the settlements of requests that run."""

    code = "disk_full"


def _source(budget: Budget) -> str:
    """Where the limit of a member's own budget comes from; nothing of one that stands for itself."""
    if budget.source is None:
        return ""
    return f", limit by {budget.source if budget.source in {DEFAULT, OVERRIDE} else f'group {budget.source}'}"


def _remedy(budget: Budget) -> str:
    if budget.of is None:
        return f"tokenry budget set {budget.id}"
    return f"tokenry budget value {budget.of} --user {budget.scope_id}"


def quota_refusal(
    books: Books, refused: Refused, facts: Facts, amount: int, periods: Mapping[str, Period]
) -> InsufficientQuota:
    """The refusal of a hold of `amount` nano-USD, or of the tokens it could draw, in words."""
    headers = {"x-should-retry": "false"}
    needed = f"this request could cost up to ${nano_to_usd(amount)}"
    account = books.accounts.get(refused.account)
    if account is None:
        return InsufficientQuota(
            f"no active award covers this request ({refused.account}); ask your administrator for one "
            f"(`tokenry award list`, `tokenry award create`)",
            headers=headers,
        )
    if account.kind == "budget":
        budget = books.budgets[account.owner]
        until = "" if budget.window == "total" else f" until it resets at {isoformat(periods[budget.id].end)}"
        name = f"the {budget.scope} budget {budget.id} ({budget.window}{_source(budget)})"
        more = f"ask for more, or `{_remedy(budget)} --limit USD`"
    else:
        award = books.awards[account.owner]
        until = "" if award.expires_at is None else f" until it ends at {isoformat(award.expires_at)}"
        name = f"the award {award.name!r} ({award.id})"
        tokens = award.unit is Unit.TOKENS
        if tokens:
            needed = (
                f"this request could draw up to {bound(facts.input_bound, facts.output_bound, award.weights)} tokens"
            )
        more = f"ask for more, or `tokenry award add {award.id} --{'tokens' if tokens else 'usd'} N`"
    unspent = max(0, account.unspent)
    left = f"{unspent} tokens" if account.unit is Unit.TOKENS else f"${nano_to_usd(unspent)}"
    if refused.reason is Reason.HELD:
        return InsufficientQuota(
            f"{name} has {left} left{until}, all of it held by requests that still run, and {needed}: "
            f"try again when they have ended, lower max_tokens, or {more}",
            headers={"x-should-retry": "false"},
        )
    return InsufficientQuota(
        f"{name} has {left} left{until} and {needed}: lower max_tokens, or {more}", headers=headers
    )


def unpriced_refusal(facts: Facts, hard: Budget) -> UnpricedModel:
    """The refusal of a model without a price under a hard budget, which could not count it."""
    return UnpricedModel(
        f"the model {facts.model!r} has no price, and the {hard.scope} budget {hard.id} "
        "allows only priced models; give the model a price in tokenry.toml or use a key without a hard budget",
        param="model",
    )
