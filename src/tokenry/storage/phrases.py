"""Parts of questions to app.db that other rooms put their own together from, without knowing its language."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Column, ColumnElement, Select, String, cast, func, select


def as_text(column: Column[Any]) -> ColumnElement[str]:
    """A column's value as it is stored, to be searched for words: a document is its JSON."""
    return cast(column, String)


def counted(column: Column[Any], *where: ColumnElement[bool]) -> Select[tuple[Any, int]]:
    """(value, rows) of each value of a column, in order, over the rows that are meant."""
    return select(column, func.count()).where(*where).group_by(column).order_by(column)
