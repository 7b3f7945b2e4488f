"""Limits beside the ledger's budgets: rates per project and model, whom to tell at which spending, wishes for more."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, ForeignKey, String, Table, UniqueConstraint

from tokenry.storage.tables.base import document, identity, metadata, moment

rate_limits = Table(
    "rate_limits",
    metadata,
    identity(),
    Column("project_id", ForeignKey("projects.id"), nullable=False),
    Column("model", String, nullable=False),
    Column("requests_per_minute", BigInteger),  # null = as the key's own limit
    Column("tokens_per_minute", BigInteger),
    moment("changed_at", required=True),
    UniqueConstraint("project_id", "model"),
)

spend_alerts = Table(
    "spend_alerts",
    metadata,
    identity(),
    Column("organization_id", ForeignKey("organizations.id"), nullable=False),
    Column("project_id", ForeignKey("projects.id")),  # null = the whole organization's spending
    Column("threshold", BigInteger, nullable=False),  # nano-USD in one month
    document("recipients", required=True),  # e-mail addresses
    Column("subject_prefix", String),
    moment("created_at", required=True),
    moment("deleted_at"),
)

limit_requests = Table(
    "limit_requests",
    metadata,
    identity(),
    Column("organization_id", ForeignKey("organizations.id"), nullable=False),
    Column("budget_id", String, nullable=False),
    Column("user_id", ForeignKey("users.id"), nullable=False),
    Column("asked", BigInteger, nullable=False),  # the limit wished for, nano-USD
    Column("reason", String, nullable=False),
    Column("state", String, nullable=False),  # pending, approved, denied
    Column("granted", BigInteger),  # nano-USD
    Column("decided_by", String),
    Column("note", String),
    moment("created_at", required=True),
    moment("decided_at"),
)
