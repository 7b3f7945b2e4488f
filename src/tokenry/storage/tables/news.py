"""What people are told: each piece of news once, the ways it goes to somebody, and how each way went."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, ForeignKey, Index, String, Table

from tokenry.storage.tables.base import document, identity, metadata, moment

news = Table(
    "news",
    metadata,
    identity(),
    Column("organization_id", String, nullable=False),
    Column("project_id", String),
    Column("user_id", String),  # whom it concerns; null = everybody in charge
    Column("type", String, nullable=False),
    Column("occasion", String, nullable=False, unique=True),  # what happened, so that it is told once
    document("data", required=True),
    moment("created_at", required=True),
    Index("ix_news_organization_id_created_at", "organization_id", "created_at"),
)

webhooks = Table(
    "webhooks",
    metadata,
    identity(),
    Column("organization_id", ForeignKey("organizations.id"), nullable=False),
    Column("url", String, nullable=False),
    Column("secret", String, nullable=False),  # signs every delivery, so it is kept as it is
    document("types"),  # null = every type of news
    moment("created_at", required=True),
    moment("disabled_at"),
    Column("old_secret", String),  # signs beside the new one for a while after a change
    moment("old_secret_until"),
)

deliveries = Table(
    "deliveries",
    metadata,
    identity(),
    Column("news_id", ForeignKey("news.id"), nullable=False, index=True),
    Column("channel", String, nullable=False),  # email or webhook
    Column("target", String, nullable=False),  # an address, or the id of a webhook
    Column("state", String, nullable=False),  # waiting, delivered, failed
    Column("attempts", BigInteger, nullable=False),
    Column("answer", String),  # what the other side said last, cut short
    moment("created_at", required=True),
    moment("next_at"),  # null = no further attempt
    moment("ended_at"),
    Column("subject_prefix", String),  # of a mail
    document("private"),  # what only the mail says; gone once it has ended
    Index("ix_deliveries_next_at", "next_at"),
)
