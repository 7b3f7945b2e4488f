"""The audit log: every administrative act and sign-in, each row chained to the one before by its hash."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary, String, Table

from tokenry.storage.tables.base import document, metadata, moment

audit = Table(
    "audit",
    metadata,
    # SQLite counts up by itself only in a column that is called INTEGER.
    Column("seq", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True),
    Column("id", String, nullable=False, unique=True),
    moment("at", required=True),
    Column("organization_id", String),  # null = the whole installation
    Column("project_id", String),
    Column("actor_type", String, nullable=False),
    Column("actor_id", String, nullable=False),
    Column("type", String, nullable=False),
    Column("resource_id", String),
    document("details", required=True),
    Column("hash", LargeBinary(32), nullable=False),
    Index("ix_audit_organization_id_seq", "organization_id", "seq"),
)
