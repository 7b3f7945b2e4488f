"""The optional room `corpus`, imported when a verb needs it."""

from __future__ import annotations

from types import ModuleType

from tokenry.base.errors import TokenryError


def room() -> ModuleType:
    """The room `corpus`, or a word about what to install."""
    try:
        from tokenry import corpus
    except ModuleNotFoundError as error:
        if (error.name or "").startswith("tokenry"):
            raise
        raise TokenryError(f"`tokenry corpus` needs {error.name}: pip install 'tokenry[corpus]'") from None
    return corpus
