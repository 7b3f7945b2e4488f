"""The one door through which what people wrote leaves for training: consented messages, each with its consent's id.

Nothing else reads messages for that end, which a test holds by looking at the source. What leaves is noted before it
does, so that a withdrawal can be told to whoever took it. Every few messages what stands is asked again: a consent that
is withdrawn meanwhile lets nothing more out.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from tokenry import storage
from tokenry.access import Act, Actor, Desk, Roster, append_audit, checked_name, keeps_content
from tokenry.storage import Transaction
from tokenry.workspace.policies import training_in

tables = storage.tables
AT_ONCE: Final = 200  # messages between two looks at what still stands
_SELECT = """
SELECT m.seq, m.id, m.chat_id, m.parent_id, m.role, m.model, m.text, t.id AS consent_id, c.user_id, c.organization_id,
       c.project_id
FROM training_consents t
JOIN chats c ON c.user_id = t.user_id AND c.project_id = t.project_id AND c.organization_id = t.organization_id
JOIN chat_messages m ON m.chat_id = c.id
WHERE t.organization_id = ? AND t.withdrawn_at IS NULL AND m.created_at >= t.given_at AND m.seq > ?
  AND c.temporary = 0 AND m.state = 'complete' AND m.text <> '' AND (m.sources IS NULL OR m.sources = '[]')
  AND m.created_at >= coalesce(c.moved_at, 0)
  AND (m.role = 'user' OR NOT EXISTS (
    SELECT 1 FROM chat_messages f WHERE f.chat_id = m.chat_id AND f.seq < m.seq AND json_array_length(f.files) > 0))
ORDER BY m.seq LIMIT ?
"""


class Handed(NamedTuple):
    """A message that may be learned from, and under which consent. `document_id` is the message's."""

    consent_id: str
    document_id: str
    chat_id: str
    parent_id: str | None
    role: str
    model: str | None
    text: str


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """A consent that stands no longer, and the documents that left under it, for whoever took them to take out."""

    consent_id: str
    taker: str
    withdrawn_at: int  # nanoseconds since the epoch
    document_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """Some of what is handed over. `next` is what the following page begins after; None = there is nothing more."""

    messages: tuple[Handed, ...]
    next: int | None


def hand_over(desk: Desk, by: Actor, roster: Roster, taker: str, after: int = 0) -> Page:
    """The next messages of the actor's organization that may be learned from, oldest first. Blocks.

    Left out: whoever is no member any more or is disabled, projects that are archived or keep no content, temporary
    chats, answers that were written from files (from pictures too, which leave no passages: so every answer of a chat
    after its first file), what was said before a chat came into its project, and everything from before the consent.

    Args:
        by: who hands over; it is noted in the audit log, in the transaction that notes what leaves.
        taker: who takes it: a name that people recognise, such as that of the training set.
        after: `next` of the page before; 0 = from the beginning.

    Raises:
        InvalidRequest: the taker has no name.
    """
    taker = checked_name(taker, param="taker")
    with desk.db.write() as connection:
        rows = connection.exec_driver_sql(_SELECT, (by.organization_id, after, AT_ONCE)).all()
        allowed = [row for row in rows if _allowed(connection, roster, row)]
        if allowed:
            _note(connection, allowed, taker, desk.clock.now_ns())
            about = Act(connection, "training.handed_over", details={"taker": taker, "messages": len(allowed)})
            append_audit(connection, desk.clock, by, about)
    found = tuple(
        Handed(row.consent_id, row.id, row.chat_id, row.parent_id, row.role, row.model, row.text) for row in allowed
    )
    return Page(found, rows[-1].seq if len(rows) == AT_ONCE else None)


def all_handed_over(desk: Desk, by: Actor, roster: Roster, taker: str) -> Iterator[Handed]:
    """All of it, page by page. Raises as `hand_over`."""
    after: int | None = 0
    while after is not None:
        page = hand_over(desk, by, roster, taker, after)
        yield from page.messages
        after = page.next


def withdrawals(connection: Transaction, organization_id: str, taker: str | None = None) -> list[Withdrawn]:
    """What whoever took something has to take out again, oldest withdrawal first; of one taker, or of all."""
    consents, handings = tables.training_consents, tables.training_handings
    gone = consents.select().where(consents.c.organization_id == organization_id, consents.c.withdrawn_at.is_not(None))
    found: list[Withdrawn] = []
    for row in connection.execute(gone.order_by(consents.c.withdrawn_at, consents.c.id)).all():
        left: dict[str, list[str]] = {}
        for one in connection.execute(handings.select().where(handings.c.consent_id == row.id)):
            left.setdefault(one.taker, []).append(one.message_id)
        found += [
            Withdrawn(row.id, name, row.withdrawn_at, tuple(sorted(ids)))
            for name, ids in sorted(left.items())
            if taker in {None, name}
        ]
    return found


def _allowed(connection: Transaction, roster: Roster, row: Any) -> bool:
    member = roster.members.get((row.organization_id, row.user_id))
    organization, project = roster.organizations.get(row.organization_id), roster.projects.get(row.project_id)
    if member is None or member.user.disabled_at is not None or organization is None or project is None:
        return False
    if project.archived_at is not None or not keeps_content(organization, project):
        return False
    return training_in(connection, row.organization_id, row.project_id) != "forbidden"


def _note(connection: Transaction, rows: list[Any], taker: str, now_ns: int) -> None:
    for row in rows:
        connection.exec_driver_sql(
            "INSERT OR IGNORE INTO training_handings (consent_id, message_id, taker, handed_at) VALUES (?, ?, ?, ?)",
            (row.consent_id, row.id, taker, now_ns),
        )
