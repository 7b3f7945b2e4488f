"""Which models a key may use and which data it may send: compiled from key, project and groups into sets, once.

Pure. A model must be let through by the key's own list, by its project's and by its user's groups; each knows models by
name or by alias, so the lists are kept apart and asked one by one (policy.py), never intersected as words.

Groups open. Who is in several may use what any of them allows. A group without a list takes that of the groups around
it; when none of those has one either, it allows all. Classes of data follow the same rule.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from tokenry.access.directory import Project
from tokenry.access.people import Group
from tokenry.base.data_class import DEFAULT, DataClass, highest_of, may_see

Chain = Sequence[Group]  # a group that somebody is in, then those around it, the nearest first


@dataclass(frozen=True, slots=True)
class Rules:
    """What a key may use and send.

    Args:
        allowed: a model must be in each of these sets, by its name or by an alias.
        denied: it must not be in this one, by any of its names.
        data_class: what its prompts are.
        refusal: why none of them may be sent at all, in words; None = they may.
    """

    allowed: tuple[frozenset[str], ...] = ()
    denied: frozenset[str] = frozenset()
    data_class: DataClass = DEFAULT
    refusal: str | None = None

    @property
    def bounded(self) -> bool:
        """Whether there is any model that it may not use."""
        return bool(self.allowed or self.denied)


FREE = Rules()


def compile_rules(models: Collection[str] | None, project: Project, chains: Sequence[Chain]) -> Rules:
    """The rules of one key.

    Args:
        models: the key's own list; None = all.
        project: that the key belongs to.
        chains: one for each group that the key's user is in; none for a key that is nobody's.
    """
    listed = frozenset(project.models or ())
    denied = listed if project.models_mode == "deny_list" else frozenset[str]()
    lists = (
        None if models is None else frozenset(models),
        None if project.models_mode in {None, "deny_list"} else listed,
        _models_of(chains),
    )
    allowed = tuple(dict.fromkeys(one for one in lists if one is not None))
    data_class, bound = project.data_class or DEFAULT, _class_of(chains)
    refusal = None
    if bound is not None and not may_see(bound, data_class):
        refusal = (
            f"the prompts of this project are {data_class} data, and your groups may send {bound} data at most; use a "
            f"key of a project for such data, or ask an administrator to let one of your groups send {data_class} data"
        )
    return Rules(allowed, denied, data_class, refusal)


def _models_of(chains: Iterable[Chain]) -> frozenset[str] | None:
    """What the groups allow together; None = all."""
    union: frozenset[str] | None = None
    for chain in chains:
        lists = [group.models for group in chain if group.models is not None]
        if not lists:
            return None
        union = (union or frozenset()).union(*lists)
    return union


def _class_of(chains: Iterable[Chain]) -> DataClass | None:
    """The highest class that the groups may send; None = any."""
    found: list[DataClass] = []
    for chain in chains:
        classes = [group.data_class for group in chain if group.data_class is not None]
        if not classes:
            return None
        found += classes
    return highest_of(*found) if found else None
