"""Columns as migrations spell them out. A migration is frozen once released, so what these make never changes."""

from __future__ import annotations

import sqlalchemy as sa


def text_column(name: str, *, required: bool = False) -> sa.Column[str]:
    """Text."""
    return sa.Column(name, sa.String(), nullable=not required)


def number_column(name: str, *, required: bool = False) -> sa.Column[int]:
    """A whole number of 64 bits: an amount, a count, nanoseconds since the epoch."""
    return sa.Column(name, sa.BigInteger(), nullable=not required)


def json_column(name: str, *, required: bool = False) -> sa.Column[object]:
    """A JSON value; SQL's null stands for none."""
    return sa.Column(name, sa.JSON(none_as_null=True), nullable=not required)


def bytes_column(name: str, *, required: bool = False) -> sa.Column[bytes]:
    """Bytes as they are."""
    return sa.Column(name, sa.LargeBinary(), nullable=not required)
