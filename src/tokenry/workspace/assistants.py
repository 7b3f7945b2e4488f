"""Assistants: instructions, files, a model and a manner under one name, for oneself or for the whole organization.

Two are shipped and are nobody's. A shared one is its maker's; others use it and change a copy. `language` and
`glossary` are what the kinds `translation` and `call_notes` go by.
"""

from __future__ import annotations

from typing import Any, Final

import msgspec

from tokenry import storage
from tokenry.access import Act, Actor, Desk, append_audit, checked_name, forget_files
from tokenry.base.errors import InvalidRequest
from tokenry.base.ids import new_id
from tokenry.storage import Transaction
from tokenry.workspace.manners import AssistantKind, Term, instructions_of
from tokenry.workspace.parameters import Parameters, kept, read_parameters
from tokenry.workspace.whose import Whose, checked_text, nothing

tables = storage.tables
table = tables.assistants
ASSISTANTS_MAX: Final = 200  # of one person
INSTRUCTIONS_LENGTH_MAX: Final = 20_000  # characters
TERMS_MAX: Final = 500
TERM_LENGTH_MAX: Final = 200  # characters
LANGUAGE_LENGTH_MAX: Final = 60  # characters


class Assistant(msgspec.Struct, frozen=True, kw_only=True):
    """One assistant. Times are nanoseconds since the epoch; `user_id` None = it is shipped."""

    id: str
    user_id: str | None
    kind: AssistantKind
    name: str
    description: str | None = None
    instructions: str | None = None
    model: str | None = None
    parameters: Parameters = Parameters()
    language: str | None = None
    glossary: tuple[Term, ...] = ()
    shared: bool = False
    created_at: int = 0
    updated_at: int = 0

    @property
    def told(self) -> str | None:
        """All that a model is told on its behalf."""
        return instructions_of(self.kind, self.instructions, self.language, self.glossary)


class AssistantDraft(msgspec.Struct, frozen=True, kw_only=True):
    """What an assistant is to be."""

    kind: AssistantKind = "chat"
    name: str
    description: str | None = None
    instructions: str | None = None
    model: str | None = None
    parameters: Parameters = Parameters()
    language: str | None = None
    glossary: tuple[Term, ...] = ()
    shared: bool = False


SHIPPED: Final = (
    Assistant(
        id="translation", user_id=None, kind="translation", name="Translation", shared=True,
        description="Translates what you send and keeps its form: headings, tables, links and code stay as they are. "
        "Make your own from it for a language and a glossary.",
    ),
    Assistant(
        id="call_notes", user_id=None, kind="call_notes", name="Call notes", shared=True,
        description="Attach the recording of a call: it is written down, and summed up with decisions and actions, "
        "each with the time at which it was said.",
    ),
)  # fmt: skip


def list_assistants(connection: Transaction, whose: Whose) -> list[Assistant]:
    """One's own, then what members of the organization share, then those that are shipped; each by name."""
    found = [_assistant(row) for row in connection.execute(table.select().where(*_seen(whose)))]
    return [*sorted(found, key=lambda one: (one.user_id != whose.user_id, one.name.lower(), one.id)), *SHIPPED]


def find_assistant(connection: Transaction, whose: Whose, assistant_id: str | None) -> Assistant | None:
    """One that somebody may use; None = there is none, or it is not for them."""
    if assistant_id is None:
        return None
    shipped = next((one for one in SHIPPED if one.id == assistant_id), None)
    if shipped is not None:
        return shipped
    row = connection.execute(table.select().where(*_seen(whose), table.c.id == assistant_id)).one_or_none()
    return None if row is None else _assistant(row)


def get_assistant(connection: Transaction, whose: Whose, assistant_id: str) -> Assistant:
    """The same. Raises NotFound."""
    found = find_assistant(connection, whose, assistant_id)
    if found is None:
        raise nothing("assistant", assistant_id)
    return found


def create_assistant(desk: Desk, by: Actor, whose: Whose, draft: AssistantDraft) -> Assistant:
    """A new one. Raises InvalidRequest: something of it cannot be taken, or there are very many."""
    now_ns = desk.clock.now_ns()
    made = Assistant(
        id=new_id("asst", at_ns=now_ns), user_id=whose.user_id, created_at=now_ns, updated_at=now_ns, **_checked(draft)
    )
    with desk.db.write() as connection:
        mine = connection.execute(table.select().where(*whose.owns(table)).with_only_columns(table.c.id)).all()
        if len(mine) >= ASSISTANTS_MAX:
            raise InvalidRequest(f"you have {ASSISTANTS_MAX} assistants; delete one that you no longer need")
        connection.execute(table.insert(), {**_row(made), "organization_id": whose.organization_id})
        if made.shared:
            _note(connection, desk, by, made)
    return made


def change_assistant(desk: Desk, by: Actor, whose: Whose, assistant_id: str, changes: dict[str, Any]) -> Assistant:
    """Another manner for one of one's own. Raises NotFound, and as `create_assistant`."""
    with desk.db.write() as connection:
        found = _own(connection, whose, assistant_id)
        said = {field: getattr(found, field) for field in AssistantDraft.__struct_fields__} | changes
        made = msgspec.structs.replace(found, **_checked(AssistantDraft(**said)), updated_at=desk.clock.now_ns())
        connection.execute(table.update().where(table.c.id == assistant_id), _row(made))
        if made.shared != found.shared:
            _note(connection, desk, by, made)
    return made


def delete_assistant(desk: Desk, whose: Whose, assistant_id: str) -> None:
    """Forget one of one's own with its files. Chats that began with it go on without. Raises NotFound."""
    files = tables.workspace_files
    with desk.db.write() as connection:
        _own(connection, whose, assistant_id)
        left = files.select().where(files.c.assistant_id == assistant_id).with_only_columns(files.c.id)
        forget_files(connection, [row.id for row in connection.execute(left)])
        connection.execute(table.delete().where(table.c.id == assistant_id))
    desk.db.forget_deleted()


def _checked(draft: AssistantDraft) -> dict[str, Any]:
    return {
        "kind": draft.kind,
        "name": checked_name(draft.name),
        "description": _text(draft.description, "description", 500),
        "instructions": _text(draft.instructions, "instructions", INSTRUCTIONS_LENGTH_MAX),
        "model": draft.model or None,
        "parameters": draft.parameters,
        "language": _text(draft.language, "language", LANGUAGE_LENGTH_MAX),
        "glossary": _terms(draft.glossary),
        "shared": draft.shared,
    }


def _text(text: str | None, param: str, most: int) -> str | None:
    return None if text is None or not text.strip() else checked_text(text.strip(), param, most)


def _terms(glossary: tuple[Term, ...]) -> tuple[Term, ...]:
    if len(glossary) > TERMS_MAX:
        raise InvalidRequest(f"a glossary has at most {TERMS_MAX} terms; this has {len(glossary)}", param="glossary")
    found: dict[str, str] = {}
    for term, meant in glossary:
        told = [" ".join(checked_text(part, "glossary", TERM_LENGTH_MAX).split()) for part in (term, meant)]
        if not all(told):
            raise InvalidRequest("each term of a glossary has two sides, and one of these is empty", param="glossary")
        if found.setdefault(told[0], told[1]) != told[1]:
            raise InvalidRequest(f"the glossary has two translations for {told[0][:60]!r}", param="glossary")
    return tuple(found.items())


def _own(connection: Transaction, whose: Whose, assistant_id: str) -> Assistant:
    row = connection.execute(table.select().where(*whose.owns(table), table.c.id == assistant_id)).one_or_none()
    if row is None:
        raise nothing("assistant", assistant_id)
    return _assistant(row)


def _row(assistant: Assistant) -> dict[str, Any]:
    told = {field: getattr(assistant, field) for field in Assistant.__struct_fields__}
    return told | {"parameters": kept(assistant.parameters), "glossary": [list(one) for one in assistant.glossary]}


def _assistant(row: Any) -> Assistant:
    told = {field: row._mapping[field] for field in Assistant.__struct_fields__}
    terms = tuple((str(term), str(meant)) for term, meant in row.glossary or ())
    return Assistant(**told | {"parameters": read_parameters(row.parameters), "glossary": terms})


def _seen(whose: Whose) -> tuple[Any, Any]:
    return table.c.organization_id == whose.organization_id, (
        (table.c.user_id == whose.user_id) | table.c.shared.is_(True)
    )


def _note(connection: Transaction, desk: Desk, by: Actor, made: Assistant) -> None:
    kind = f"assistant.{'shared' if made.shared else 'unshared'}"
    append_audit(connection, desk.clock, by, Act(connection, kind, made.id))
