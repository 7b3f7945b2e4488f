"""Classes of data: how far a prompt may travel. Three words in one order, known to the configuration and to access."""

from __future__ import annotations

from typing import Final, Literal, get_args

DataClass = Literal["public", "internal", "confidential"]

DATA_CLASSES: Final[tuple[DataClass, ...]] = get_args(DataClass)  # from the freest to the closest
DEFAULT: Final[DataClass] = "internal"  # of a project that says nothing

_RANKS: Final[dict[str, int]] = {name: rank for rank, name in enumerate(DATA_CLASSES)}


def is_data_class(word: str) -> bool:
    """Whether this is a class of data."""
    return word in _RANKS


def may_see(highest: DataClass, data: DataClass) -> bool:
    """Whether somebody who may see data up to `highest` may see `data`."""
    return _RANKS[data] <= _RANKS[highest]


def highest_of(*classes: DataClass) -> DataClass:
    """The closest of some classes, of which there is at least one."""
    return max(classes, key=_RANKS.__getitem__)
