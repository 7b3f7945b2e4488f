"""The prompt library: texts that a person calls by `/name`, for themselves or for everybody in the organization.

A shared prompt is its maker's; others use it and change a copy. `{{words}}` in a text are places to be filled in.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, Final

import msgspec

from tokenry import storage
from tokenry.access import Act, Actor, Desk, append_audit, checked_name
from tokenry.base.errors import Conflict, InvalidRequest
from tokenry.base.ids import new_id
from tokenry.storage import Transaction
from tokenry.workspace.whose import Whose, checked_text, nothing

tables = storage.tables
table = tables.prompts
PROMPTS_MAX: Final = 500  # of one person
TEXT_LENGTH_MAX: Final = 50_000  # characters
PLACEHOLDERS_MAX: Final = 20
NAME: Final = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?")
PLACE_LENGTH_MAX: Final = 60  # characters of what a place is called
# Blanks are taken off afterwards: a pattern that may divide them between itself and the name takes hours for many.
_PLACE = re.compile(r"\{\{([^{}\n]{1,100})\}\}")


class Prompt(msgspec.Struct, frozen=True, kw_only=True):
    """One prompt. Times are nanoseconds since the epoch."""

    id: str
    user_id: str
    name: str
    title: str
    text: str
    shared: bool
    created_at: int
    updated_at: int


def placeholders(text: str) -> tuple[str, ...]:
    """What stands between `{{` and `}}`, each once, in the order in which it comes."""
    names = dict.fromkeys(name.strip() for name in _PLACE.findall(text))
    return tuple(name for name in names if 0 < len(name) <= PLACE_LENGTH_MAX)


def list_prompts(connection: Transaction, whose: Whose) -> list[Prompt]:
    """One's own, then what members of the organization share; each in the order of names."""
    found = [_prompt(row) for row in connection.execute(table.select().where(*_seen(whose)))]
    return sorted(found, key=lambda one: (one.user_id != whose.user_id, one.name, one.id))


def get_prompt(connection: Transaction, whose: Whose, prompt_id: str) -> Prompt:
    """One's own, or one that is shared. Raises NotFound."""
    row = connection.execute(table.select().where(*_seen(whose), table.c.id == prompt_id)).one_or_none()
    if row is None:
        raise nothing("prompt", prompt_id)
    return _prompt(row)


def create_prompt(desk: Desk, by: Actor, whose: Whose, said: dict[str, Any]) -> Prompt:
    """A new one of name, title, text and shared.

    Raises:
        InvalidRequest: something of it cannot be taken, or there are very many. Conflict: the name is taken.
    """
    now_ns = desk.clock.now_ns()
    made = Prompt(
        id=new_id("prompt", at_ns=now_ns), user_id=whose.user_id, created_at=now_ns, updated_at=now_ns,
        **_checked(said),
    )  # fmt: skip
    with desk.db.write() as connection:
        mine = _own(connection, whose)
        if len(mine) >= PROMPTS_MAX:
            raise InvalidRequest(f"you have {PROMPTS_MAX} prompts; delete one that you no longer need")
        _refuse_taken(mine, made)
        connection.execute(table.insert(), {**msgspec.structs.asdict(made), "organization_id": whose.organization_id})
        if made.shared:
            _note(connection, desk, by, made)
    return made


def change_prompt(desk: Desk, by: Actor, whose: Whose, prompt_id: str, changes: dict[str, Any]) -> Prompt:
    """Other words for one of one's own. Raises NotFound, and as `create_prompt`."""
    with desk.db.write() as connection:
        mine = _own(connection, whose)
        found = next((one for one in mine if one.id == prompt_id), None)
        if found is None:
            raise nothing("prompt", prompt_id)
        said = {name: getattr(found, name) for name in ("name", "title", "text", "shared")} | changes
        made = msgspec.structs.replace(found, **_checked(said), updated_at=desk.clock.now_ns())
        _refuse_taken(mine, made)
        connection.execute(table.update().where(table.c.id == prompt_id), msgspec.structs.asdict(made))
        if made.shared != found.shared:
            _note(connection, desk, by, made)
    return made


def delete_prompt(desk: Desk, whose: Whose, prompt_id: str) -> None:
    """Forget one of one's own. Raises NotFound."""
    with desk.db.write() as connection:
        gone = connection.execute(table.delete().where(*whose.owns(table), table.c.id == prompt_id))
        if not gone.rowcount:
            raise nothing("prompt", prompt_id)
    desk.db.forget_deleted()


def _checked(said: dict[str, Any]) -> dict[str, Any]:
    name, text = str(said["name"]).strip().lower().removeprefix("/"), str(said["text"])
    if not NAME.fullmatch(name):
        raise InvalidRequest(
            "a prompt is called by 1 to 40 of a-z, 0-9 and -, such as summarize-paper, so that it can be typed behind "
            "a slash",
            param="name",
        )
    if not text.strip():
        raise InvalidRequest("a prompt has a text", param="text")
    if len(placeholders(checked_text(text, "text", TEXT_LENGTH_MAX))) > PLACEHOLDERS_MAX:
        raise InvalidRequest(f"a prompt has at most {PLACEHOLDERS_MAX} places to be filled in", param="text")
    title = checked_name(str(said["title"] or name), param="title")
    return {"name": name, "title": title, "text": text, "shared": bool(said["shared"])}


def _refuse_taken(mine: Iterable[Prompt], made: Prompt) -> None:
    if any(one.name == made.name and one.id != made.id for one in mine):
        raise Conflict(f"you have a prompt /{made.name} already", param="name")


def _prompt(row: Any) -> Prompt:
    return Prompt(**{field: row._mapping[field] for field in Prompt.__struct_fields__})


def _note(connection: Transaction, desk: Desk, by: Actor, made: Prompt) -> None:
    append_audit(
        connection, desk.clock, by, Act(connection, f"prompt.{'shared' if made.shared else 'unshared'}", made.id)
    )


def _seen(whose: Whose) -> tuple[Any, Any]:
    return table.c.organization_id == whose.organization_id, (
        (table.c.user_id == whose.user_id) | table.c.shared.is_(True)
    )


def _own(connection: Transaction, whose: Whose) -> list[Prompt]:
    return [_prompt(row) for row in connection.execute(table.select().where(*whose.owns(table)))]
