"""What an award cannot be changed to: the rules that a wish is held to when it is asked, and when it is decided."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from tokenry.base.errors import Conflict, InvalidRequest
from tokenry.base.units import AMOUNT_MAX
from tokenry.programmes.awards.awards import ProgrammeAward, find_award
from tokenry.programmes.awards.schedule import Period, refuse_impossible
from tokenry.programmes.office import Office
from tokenry.programmes.pools import amount_in_words, refuse_overdrawn
from tokenry.storage import Transaction

Kind = Literal["supplement", "extension", "transfer", "withdrawal"]
KINDS: Final[dict[Kind, str]] = {
    "supplement": "there shall be more units",
    "extension": "there shall be more time",
    "transfer": "units are moved",
    "withdrawal": "units are taken back",
}


@dataclass(frozen=True, slots=True)
class Wish:
    """A change that somebody wants. `amount` in whole units; `until` is the new end, ns since the epoch."""

    kind: Kind
    award_id: str
    reason: str | None
    amount: int | None = None
    other_award_id: str | None = None
    until: int | None = None


def refuse_wish(office: Office, connection: Transaction, award: ProgrammeAward, wish: Wish) -> None:
    """Say no to a change that cannot be, whatever the books hold.

    Raises:
        InvalidRequest: an amount or an end that is none. Conflict: the award is not running, or the other one is of
            another project, or counts otherwise. NotFound: there is no such other award.
    """
    if award.state not in {"active", "suspended"}:
        raise Conflict(f"the award is {award.state}, and nothing of it is changed", param="award_id")
    if award.ends_at <= office.clock.now_ns():
        raise Conflict(
            "the award is over, and what was left of it went back to its pool; renew it by a new one", param="award_id"
        )
    if wish.kind == "extension":
        _refuse_end(award, wish)
        return
    if wish.until is not None:
        raise InvalidRequest("`until` stands with an extension alone", param="until")
    if wish.amount is None or not 0 < wish.amount <= AMOUNT_MAX:
        raise InvalidRequest(f"`amount` is a whole number of units from 1 to {AMOUNT_MAX}", param="amount")
    if wish.kind == "supplement" and award.amount + wish.amount > AMOUNT_MAX:
        raise InvalidRequest(f"an award has at most {AMOUNT_MAX} units", param="amount")
    if wish.kind == "transfer":
        _refuse_other(office, connection, award, wish)
    elif wish.other_award_id is not None:
        raise InvalidRequest("`other_award_id` stands with a transfer alone", param="other_award_id")


def refuse_without_units(office: Office, connection: Transaction, award: ProgrammeAward, wish: Wish) -> None:
    """Say no to a change that the books cannot give now. Raises Conflict."""
    amount = wish.amount or 0
    if wish.kind == "supplement":
        # It is not among what was written down, so nothing of that is its own.
        refuse_overdrawn(office, connection, (award.programme_id, award.pool_id), amount, counted=False)
    elif wish.kind in {"transfer", "withdrawal"}:
        left = office.ledger.balance(award.id).left
        if amount > left:
            raise Conflict(
                f"the award has {amount_in_words(award.unit, left)} that nobody spent or holds, which is less than "
                f"{amount_in_words(award.unit, amount)}",
                param="amount",
            )


def _refuse_end(award: ProgrammeAward, wish: Wish) -> None:
    if wish.amount is not None or wish.other_award_id is not None:
        raise InvalidRequest("an extension gives time alone; ask for units by a supplement", param="amount")
    if wish.until is None or wish.until <= award.ends_at:
        raise InvalidRequest("`until` lies after the award's end", param="until")
    amount = max(award.amount, award.terms.tranches.count)  # what was moved away is no reason
    refuse_impossible(amount, Period(award.begins_at, wish.until), award.terms)


def _refuse_other(office: Office, connection: Transaction, award: ProgrammeAward, wish: Wish) -> None:
    if wish.other_award_id is None or wish.other_award_id == award.id:
        raise InvalidRequest("`other_award_id` names another award of the project", param="other_award_id")
    other = find_award(connection, award.organization_id, wish.other_award_id)
    if other.project_id != award.project_id:
        raise Conflict(
            "units are moved between awards of one project, and these are of two; take them back from the one "
            "(withdrawal) and give them to the other (supplement)",
            param="other_award_id",
        )
    if (other.unit, other.pool_id, other.terms.weights) != (award.unit, award.pool_id, award.terms.weights):
        raise Conflict(
            "units are moved between awards of one programme that count alike; these do not", param="other_award_id"
        )
    if other.state not in {"active", "suspended"} or other.ends_at <= office.clock.now_ns():
        raise Conflict("the other award is not running", param="other_award_id")
