"""The group of verbs `tokenry corpus`, and the optional room behind it, which is imported when a verb needs it."""

from __future__ import annotations

from types import ModuleType
from typing import TYPE_CHECKING

from tokenry.base.errors import TokenryError
from tokenry.cli.options import group

if TYPE_CHECKING:
    from tokenry.corpus.cluster import Cluster

app = group(
    "Raw documents to training tokens, each with its papers. Needs the extra: pip install 'tokenry\\[corpus]'."
)  # a bracket that is no markup


def room() -> ModuleType:
    """The room `corpus`, or a word about what to install."""
    try:
        from tokenry import corpus
    except ModuleNotFoundError as error:
        if (error.name or "").startswith("tokenry"):
            raise
        raise TokenryError(f"`tokenry corpus` needs {error.name}: pip install 'tokenry[corpus]'") from None
    return corpus


def cluster(address: str) -> Cluster:
    """A Ray cluster to be joined, or a word about what to install; called once the room is there."""
    try:
        from tokenry.corpus.cluster import Cluster
    except ModuleNotFoundError as error:
        if (error.name or "").startswith("tokenry"):
            raise
        raise TokenryError(f"`--ray` needs {error.name}: pip install 'tokenry[corpus,ray]' on every machine") from None
    return Cluster(address)
