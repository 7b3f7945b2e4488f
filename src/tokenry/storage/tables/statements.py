"""What was settled with whom: monthly statements, each chained to the one before, and plans people subscribed to."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, ForeignKey, Index, LargeBinary, String, Table, UniqueConstraint, text

from tokenry.storage.tables.base import document, identity, metadata, moment

statements = Table(
    "statements",
    metadata,
    identity(),
    Column("organization_id", ForeignKey("organizations.id"), nullable=False),
    Column("project_id", String),  # null = the organization's own, over all its projects
    Column("month", String, nullable=False),  # 2026-11, in UTC
    Column("number", BigInteger, nullable=False),  # counts up within what it is of
    Column("total", BigInteger, nullable=False),  # nano-USD
    Column("previous", LargeBinary(32), nullable=False),
    Column("hash", LargeBinary(32), nullable=False),
    moment("issued_at", required=True),
    # A null is distinct from every other null, so one statement a place and month takes two indexes.
    Index(
        "uq_statements_organization",
        "organization_id",
        "month",
        unique=True,
        sqlite_where=text("project_id IS NULL"),
        postgresql_where=text("project_id IS NULL"),
    ),
    Index(
        "uq_statements_project",
        "project_id",
        "month",
        unique=True,
        sqlite_where=text("project_id IS NOT NULL"),
        postgresql_where=text("project_id IS NOT NULL"),
    ),
)

plans = Table(
    "plans",
    metadata,
    identity(),
    Column("organization_id", ForeignKey("organizations.id"), nullable=False),
    Column("name", String, nullable=False),
    document("terms", required=True),
    moment("created_at", required=True),
    moment("closed_at"),
    UniqueConstraint("organization_id", "name"),
)

subscriptions = Table(
    "subscriptions",
    metadata,
    identity(),
    Column("plan_id", ForeignKey("plans.id"), nullable=False),
    Column("project_id", ForeignKey("projects.id"), nullable=False, index=True),
    moment("begins_at", required=True),
    moment("ends_at"),
    moment("created_at", required=True),
)
