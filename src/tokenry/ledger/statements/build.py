"""A statement put together from what is counted of the transfers of its month and those before."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec
from msgspec import UNSET

from tokenry.ledger.awards import Award
from tokenry.ledger.buckets import CHARGE, DAY_S, ISSUED
from tokenry.ledger.corrections import CORRECTION
from tokenry.ledger.statements.months import month_span
from tokenry.ledger.statements.statement import (
    AwardMonth,
    Statement,
    StatementLine,
    TokenLine,
    TokensMonth,
    WrittenOff,
)
from tokenry.ledger.units import Unit
from tokenry.storage import MEASURES, Narrowed, StorageError, UsageDb

EXPIRE = "expire"
_CODES = frozenset({ISSUED, CHARGE, CORRECTION, EXPIRE})
_AT = {name: 3 + place for place, name in enumerate(MEASURES)}  # in a row by (start, project, model)
_LINE = ("project_id", "model", "meter", "version", "rate")


@dataclass(frozen=True, slots=True)
class Place:
    """What a statement is of; `project_id` None = the whole organization."""

    organization_id: str
    project_id: str | None

    def holds(self, award: Award) -> bool:
        """Whether an award is given there."""
        return award.organization_id == self.organization_id and self.project_id in {None, award.project_id}


@dataclass(frozen=True, slots=True)
class Link:
    """Where a statement stands in its chain: which it is, and the digest of the one before."""

    number: int
    previous: bytes


def build(db: UsageDb, awards: Iterable[Award], place: Place, month: str, link: Link) -> Statement:
    """The statement of one place and month.

    Args:
        db: sums that have caught up with the journal.
        awards: all there are.

    Raises:
        StorageError: what was used and what awards paid do not agree.
    """
    span = month_span(month)
    narrowed = Narrowed(place.organization_id, None if place.project_id is None else (place.project_id,))
    with db.steady():
        lines = [_line(row) for row in db.lines(span, narrowed, _LINE)]
        cells = db.cells(DAY_S, span, narrowed, ("project_id", "model"))
        held = [award for award in awards if place.holds(award)]
        months = _awards(db, [award for award in held if award.unit is Unit.CREDIT], span)
        by_tokens = _by_tokens(db, held, span, narrowed)
    sums, where = _sums(cells), f"{month} of {place.project_id or place.organization_id}"
    tokens = _tokens(*by_tokens, sums, where)
    usage = sum(line.amount for line in lines if line.meter != CORRECTION)
    corrections = sum(line.amount for line in lines if line.meter == CORRECTION)
    paid = -sum(award.charged + award.corrected for award in months)
    if not usage + corrections - sums["writeoff"] == sums["charge"] == paid:
        raise StorageError(
            f"{where} does not add up: lines say {usage + corrections - sums['writeoff']}, receipts {sums['charge']}, "
            f"awards {paid} nano-USD; run `tokenry ledger check`"
        )
    return Statement(
        organization_id=place.organization_id,
        project_id=place.project_id,
        month=month,
        number=link.number,
        previous=link.previous.hex(),
        requests=sums["requests"],
        input_tokens=sums["input_tokens"],
        output_tokens=sums["output_tokens"],
        lines=tuple(line for line in lines if line.quantity or line.amount),
        written_offs=_written_off(cells),
        awards=months,
        usage=usage,
        corrections=corrections,
        written_off=sums["writeoff"],
        total=sums["charge"],
        borne=sums["borne"],
        opening=sum(award.opening for award in months),
        closing=sum(award.closing for award in months),
        tokens=UNSET if tokens.empty else tokens,
    )


def _sums(cells: Iterable[tuple[Any, ...]]) -> dict[str, int]:
    rows = list(cells)
    return {name: sum(row[at] for row in rows) for name, at in _AT.items()}


def _by_tokens(
    db: UsageDb, held: Iterable[Award], span: tuple[int, int], narrowed: Narrowed
) -> tuple[list[TokenLine], tuple[AwardMonth, ...]]:
    """What awards of tokens paid for, and what became of them."""
    lines = [_token_line(row) for row in db.token_lines(span, narrowed, _LINE)]
    return lines, _awards(db, [award for award in held if award.unit is Unit.TOKENS], span)


def _tokens(lines: list[TokenLine], awards: tuple[AwardMonth, ...], sums: Mapping[str, int], where: str) -> TokensMonth:
    """What awards of tokens paid. Raises StorageError when lines, receipts and awards do not say the same."""
    tokens = TokensMonth(
        lines=tuple(line for line in lines if line.quantity or line.amount or line.drawn),
        awards=awards,
        drawn=sums["award_tokens"],
        covered=sums["covered"],
        written_off=sums["writeoff_tokens"],
        opening=sum(award.opening for award in awards),
        closing=sum(award.closing for award in awards),
    )
    paid = -sum(award.charged + award.corrected for award in awards)
    drawn, amount = sum(line.drawn for line in lines), sum(line.amount for line in lines)
    if not (drawn == tokens.drawn == paid and amount == tokens.covered):
        raise StorageError(
            f"{where} does not add up in tokens: lines say {drawn}, receipts {tokens.drawn}, awards {paid} tokens, "
            f"for which lines say {amount} and receipts {tokens.covered} nano-USD; run `tokenry ledger check`"
        )
    return tokens


def _token_line(row: tuple[Any, ...]) -> TokenLine:
    *line, drawn = row
    return TokenLine(**msgspec.structs.asdict(_line(tuple(line))), drawn=drawn)


def _line(row: tuple[Any, ...]) -> StatementLine:
    project_id, model, meter, version, rate, quantity, amount = row
    return StatementLine(
        project_id=project_id, model=model, meter=meter, price_version=version, rate=rate, quantity=quantity,
        amount=amount,
    )  # fmt: skip


def _written_off(cells: Iterable[tuple[Any, ...]]) -> tuple[WrittenOff, ...]:
    found: dict[tuple[str, str], int] = defaultdict(int)
    for _, project_id, model, *measures in cells:
        found[project_id, model] += measures[_AT["writeoff"] - 3]
    return tuple(
        WrittenOff(project_id=project_id, model=model, amount=amount)
        for (project_id, model), amount in sorted(found.items())
        if amount
    )


def _awards(db: UsageDb, awards: Iterable[Award], span: tuple[int, int]) -> tuple[AwardMonth, ...]:
    """Of each award: what it had before the month, and what became of it in the month."""
    known = sorted(awards, key=lambda award: (award.project_id, award.id))
    opening: dict[str, int] = defaultdict(int)
    within: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for account, code, before, amount in db.flows(span, [award.account for award in known]):
        opening[account] += before
        within[account][code if code in _CODES else "other"] += amount
    return tuple(
        _month(award, opening[award.account], within[award.account])
        for award in known
        if opening[award.account] or any(within[award.account].values())
    )


def _month(award: Award, opening: int, became: Mapping[str, int]) -> AwardMonth:
    return AwardMonth(
        award_id=award.id,
        project_id=award.project_id,
        opening=opening,
        issued=became.get(ISSUED, 0),
        charged=became.get(CHARGE, 0),
        corrected=became.get(CORRECTION, 0),
        expired=became.get(EXPIRE, 0),
        other=became.get("other", 0),
        closing=opening + sum(became.values()),
    )
