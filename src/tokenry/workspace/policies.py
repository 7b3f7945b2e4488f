"""What an organization says of its people's work: how long chats are kept, and whether anybody may consent to training.

An organization that has said nothing keeps chats until somebody deletes them, and temporary ones for a day. What it
says counts for chats that are there already, too. A project may only be stricter about training. Legal hold is not
built: nothing keeps a chat from its person, or from its end.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, Literal

from tokenry import storage
from tokenry.access import Actor, Desk
from tokenry.base.clock import NS_PER_S
from tokenry.base.errors import InvalidRequest
from tokenry.storage import Transaction

tables = storage.tables
DAY_S: Final = 86_400
TEMPORARY_DAYS_MAX: Final = 30
CHAT_DAYS_MAX: Final = 36_500
Training = Literal["each_person", "forbidden"]


@dataclass(frozen=True, slots=True)
class Policy:
    """What holds in an organization. `chat_keep_days`: after a chat's last use; None = until somebody deletes it."""

    chat_keep_days: int | None = None
    temporary_keep_days: int = 1
    training: Training = "each_person"

    def temporary_until(self, now_ns: int) -> int:
        """When a temporary chat that begins or is used now is over."""
        return now_ns + self.temporary_keep_days * DAY_S * NS_PER_S

    def over_at(self, updated_at: int, expires_at: int | None) -> int | None:
        """When a chat is over that nobody uses again; None = never."""
        ends = [] if expires_at is None else [expires_at]
        if self.chat_keep_days is not None:
            ends.append(updated_at + self.chat_keep_days * DAY_S * NS_PER_S)
        return min(ends, default=None)


def policy_of(connection: Transaction, organization_id: str) -> Policy:
    """What holds there."""
    row = _row(connection, organization_id)
    if row is None:
        return Policy()
    return Policy(row.chat_keep_days, row.temporary_keep_days or 1, row.training or "each_person")


def set_policy(desk: Desk, by: Actor, policy: Policy) -> Policy:
    """Another policy for the actor's organization.

    Raises:
        InvalidRequest: days that cannot be.
    """
    days = policy.chat_keep_days
    if days is not None and not 1 <= days <= CHAT_DAYS_MAX:
        raise InvalidRequest(f"chats are kept for 1 to {CHAT_DAYS_MAX} days, or null: for ever", param="chat_keep_days")
    if not 1 <= policy.temporary_keep_days <= TEMPORARY_DAYS_MAX:
        raise InvalidRequest(
            f"temporary chats are kept for 1 to {TEMPORARY_DAYS_MAX} days", param="temporary_keep_days"
        )
    said = {
        "chat_keep_days": days, "temporary_keep_days": policy.temporary_keep_days,
        "training": None if policy.training == "each_person" else policy.training,
    }  # fmt: skip
    with desk.act(by, "workspace.policy_updated", by.organization_id) as act:
        act.details.update(said)
        _put(act.connection, by.organization_id, by.organization_id, {**said, "updated_at": desk.clock.now_ns()})
        _end_sooner(act.connection, by.organization_id, policy.temporary_keep_days * DAY_S * NS_PER_S)
        if policy.training == "forbidden":
            act.details["consents_withdrawn"] = _withdraw(act.connection, by.organization_id, None, desk.clock.now_ns())
    return policy


def training_in(connection: Transaction, organization_id: str, project_id: str) -> Training:
    """What a project's people may consent to: the stricter of what organization and project say."""
    said = (_row(connection, organization_id), _row(connection, project_id))
    return "forbidden" if any(row is not None and row.training == "forbidden" for row in said) else "each_person"


def own_training(connection: Transaction, project_id: str) -> Training:
    """What the project itself says."""
    row = _row(connection, project_id)
    return "each_person" if row is None or row.training is None else "forbidden"


def set_training(desk: Desk, by: Actor, project_id: str, training: Training) -> None:
    """What a project says of training. Forbidding it withdraws what was consented to there."""
    said = None if training == "each_person" else training
    with desk.act(by, "project.updated", project_id, project_id) as act:
        act.details["training"] = training
        row = {"training": said, "updated_at": desk.clock.now_ns()}
        _put(act.connection, project_id, by.organization_id, row)
        if said is not None:
            now_ns = desk.clock.now_ns()
            act.details["consents_withdrawn"] = _withdraw(act.connection, by.organization_id, project_id, now_ns)


def _row(connection: Transaction, place_id: str) -> Any:
    table = tables.workspace_policies
    return connection.execute(table.select().where(table.c.place_id == place_id)).one_or_none()


def _put(connection: Transaction, place_id: str, organization_id: str, values: dict[str, Any]) -> None:
    table = tables.workspace_policies
    if _row(connection, place_id) is None:
        connection.execute(table.insert(), {"place_id": place_id, "organization_id": organization_id, **values})
    else:
        connection.execute(table.update().where(table.c.place_id == place_id), values)


def _end_sooner(connection: Transaction, organization_id: str, life_ns: int) -> None:
    """No temporary chat that is there outlives what holds now; none is kept longer than was said when it began."""
    chats = tables.chats
    longer = chats.c.expires_at > chats.c.created_at + life_ns
    here = (chats.c.organization_id == organization_id, chats.c.temporary.is_(True), longer)
    connection.execute(chats.update().where(*here).values(expires_at=chats.c.created_at + life_ns))


def _withdraw(connection: Transaction, organization_id: str, project_id: str | None, now_ns: int) -> int:
    consents = tables.training_consents
    standing = [consents.c.organization_id == organization_id, consents.c.withdrawn_at.is_(None)]
    if project_id is not None:
        standing.append(consents.c.project_id == project_id)
    return int(connection.execute(consents.update().where(*standing), {"withdrawn_at": now_ns}).rowcount)
