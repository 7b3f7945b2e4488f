"""What is kept about chats beside the chats: for how long, who may read somebody else's, what left for training."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, ForeignKey, Index, String, Table

from tokenry.storage.tables.base import identity, metadata, moment

workspace_policies = Table(
    "workspace_policies",
    metadata,
    Column("place_id", String, primary_key=True),  # the organization's id, or that of a project of its
    Column("organization_id", ForeignKey("organizations.id"), nullable=False),
    Column("chat_keep_days", BigInteger),  # after the last use; null = until somebody deletes them
    Column("temporary_keep_days", BigInteger),  # null = one day
    Column("training", String),  # forbidden; null = each person says for themselves
    moment("updated_at", required=True),
)

content_grants = Table(
    "content_grants",
    metadata,
    identity(),
    Column("user_id", ForeignKey("users.id"), nullable=False),  # whose chats may be read
    Column("organization_id", ForeignKey("organizations.id"), nullable=False),
    Column("reader_id", ForeignKey("users.id"), nullable=False),
    Column("granted_by", String, nullable=False),
    Column("reason", String, nullable=False),  # told to the person whose chats they are
    moment("granted_at", required=True),
    moment("expires_at", required=True),
    moment("withdrawn_at"),
    Index("ix_content_grants_reader_id", "reader_id"),
    Index("ix_content_grants_user_id", "user_id"),
)

training_handings = Table(
    "training_handings",
    metadata,
    Column("consent_id", ForeignKey("training_consents.id"), primary_key=True),
    Column("message_id", String, primary_key=True),  # it may be gone
    Column("taker", String, primary_key=True),  # who took it, in the words of whoever handed it over
    moment("handed_at", required=True),
)
