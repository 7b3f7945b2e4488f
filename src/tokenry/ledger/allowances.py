"""Defaults: a budget that each member of an organization has of their own, and whose limit may differ from theirs.

A default counts nothing itself. Every member who asks for something is given a budget of their own after its pattern,
with windows and accounts of its own, so that nothing about enforcement knows of defaults. Its limit is what was
settled for that user, else the least of what their groups have, else the default's. This file is pure.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import msgspec

from tokenry.ledger.budgets import Budget

DEFAULT, OVERRIDE = "default", "override"


class Effective(msgspec.Struct, frozen=True):
    """A limit in nano-USD, and where it comes from: DEFAULT, OVERRIDE, or the id of a group."""

    limit: int
    source: str


def own_id(default_id: str, who: str) -> str:
    """The id of a user's own budget of a default, or of a group's value for it."""
    return f"{default_id}.{who}"


def effective(budgets: Mapping[str, Budget], default: Budget, user_id: str, group_ids: Iterable[str]) -> Effective:
    """A user's limit: their override, else the least among their groups' values, else the default's.

    Args:
        budgets: all there are, by id.
        group_ids: the groups that the user is in, with those around them.
    """
    own = budgets.get(own_id(default.id, user_id))
    if own is not None and own.source == OVERRIDE:
        return Effective(own.limit, OVERRIDE)
    values = [(value.limit, group_id) for group_id in group_ids if (value := _value(budgets, default, group_id))]
    if values:
        return Effective(*min(values))
    return Effective(default.limit, DEFAULT)


def own_budget(budgets: Mapping[str, Budget], default: Budget, user_id: str, group_ids: Iterable[str]) -> Budget:
    """A user's own budget of a default, as it ought to be now."""
    found = effective(budgets, default, user_id, group_ids)
    return settled(default, user_id, found.limit, found.source)


def settled(default: Budget, user_id: str, limit: int, source: str) -> Budget:
    """A user's own budget of a default, with this limit from this source."""
    return msgspec.structs.replace(
        default, id=own_id(default.id, user_id), scope_id=user_id, limit=limit, of=default.id, source=source
    )


def group_value(default: Budget, group_id: str, limit: int) -> Budget:
    """What each member of a group has of a default. It counts nothing itself."""
    return msgspec.structs.replace(
        default, id=own_id(default.id, group_id), scope="group", scope_id=group_id, limit=limit, of=default.id
    )


def _value(budgets: Mapping[str, Budget], default: Budget, group_id: str) -> Budget | None:
    value = budgets.get(own_id(default.id, group_id))
    return None if value is None or value.closed else value
