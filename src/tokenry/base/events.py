"""Facts that one room tells and others may hear. `app` wires who hears what; rooms never import their listeners."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from typing import Any, TypeVar

E = TypeVar("E")


class Events:
    """A synchronous bus: `emit` calls each listener of the event's exact class, in the order they were added.

    A listener must be quick and must not raise: it runs inside the request that emits.
    """

    def __init__(self) -> None:
        self._listeners: dict[type[Any], list[Callable[[Any], None]]] = defaultdict(list)

    def on(self, kind: type[E], listener: Callable[[E], None]) -> None:
        """Call `listener` with every event of class `kind` from now on."""
        self._listeners[kind].append(listener)

    def emit(self, event: object) -> None:
        """Tell everyone who asked."""
        for listener in self._listeners.get(type(event), ()):
            listener(event)
