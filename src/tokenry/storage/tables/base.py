"""What all tables have in common: one metadata, names for constraints, and columns that recur."""

from __future__ import annotations

from typing import Any

from sqlalchemy import JSON, BigInteger, Column, MetaData, String

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def identity() -> Column[str]:
    """The opaque id of a row, as `base.ids` makes them."""
    return Column("id", String, primary_key=True)


def moment(name: str, *, required: bool = False) -> Column[int]:
    """A point in time: nanoseconds since the epoch."""
    return Column(name, BigInteger, nullable=not required)


def document(name: str, *, required: bool = False) -> Column[Any]:
    """A JSON value; SQL's null stands for none."""
    return Column(name, JSON(none_as_null=True), nullable=not required)
