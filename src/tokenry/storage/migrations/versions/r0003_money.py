"""Limits and wishes for more, news and their deliveries, statements and plans."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from tokenry.storage.migrations.columns import json_column, number_column, text_column

revision = "r0003"
down_revision = "r0002"


def upgrade() -> None:
    """Move the schema one step on."""
    _rate_limits()
    _spend_alerts()
    _limit_requests()
    _news()
    _webhooks()
    _deliveries()
    _statements()
    _plans()
    _subscriptions()


def _rate_limits() -> None:
    op.create_table(
        "rate_limits",
        text_column("id", required=True),
        text_column("project_id", required=True),
        text_column("model", required=True),
        number_column("requests_per_minute"),
        number_column("tokens_per_minute"),
        number_column("changed_at", required=True),
        sa.ForeignKeyConstraint(["project_id"], ["projects.id"], name="fk_rate_limits_project_id"),
        sa.PrimaryKeyConstraint("id", name="pk_rate_limits"),
        sa.UniqueConstraint("project_id", "model", name="uq_rate_limits_project_id_model"),
    )


def _spend_alerts() -> None:
    op.create_table(
        "spend_alerts",
        text_column("id", required=True),
        text_column("organization_id", required=True),
        text_column("project_id"),
        number_column("threshold", required=True),
        json_column("recipients", required=True),
        text_column("subject_prefix"),
        number_column("created_at", required=True),
        number_column("deleted_at"),
        sa.ForeignKeyConstraint(["organization_id"], ["organizations.id"], name="fk_spend_alerts_organization_id"),
        sa.ForeignKeyConstraint(["project_id"], ["projects.id"], name="fk_spend_alerts_project_id"),
        sa.PrimaryKeyConstraint("id", name="pk_spend_alerts"),
    )


def _limit_requests() -> None:
    op.create_table(
        "limit_requests",
        text_column("id", required=True),
        text_column("organization_id", required=True),
        text_column("budget_id", required=True),
        text_column("user_id", required=True),
        number_column("asked", required=True),
        text_column("reason", required=True),
        text_column("state", required=True),
        number_column("granted"),
        text_column("decided_by"),
        text_column("note"),
        number_column("created_at", required=True),
        number_column("decided_at"),
        sa.ForeignKeyConstraint(["organization_id"], ["organizations.id"], name="fk_limit_requests_organization_id"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_limit_requests_user_id"),
        sa.PrimaryKeyConstraint("id", name="pk_limit_requests"),
    )


def _news() -> None:
    op.create_table(
        "news",
        text_column("id", required=True),
        text_column("organization_id", required=True),
        text_column("project_id"),
        text_column("user_id"),
        text_column("type", required=True),
        text_column("occasion", required=True),
        json_column("data", required=True),
        number_column("created_at", required=True),
        sa.PrimaryKeyConstraint("id", name="pk_news"),
        sa.UniqueConstraint("occasion", name="uq_news_occasion"),
    )
    op.create_index("ix_news_organization_id_created_at", "news", ["organization_id", "created_at"])


def _webhooks() -> None:
    op.create_table(
        "webhooks",
        text_column("id", required=True),
        text_column("organization_id", required=True),
        text_column("url", required=True),
        text_column("secret", required=True),
        json_column("types"),
        number_column("created_at", required=True),
        number_column("disabled_at"),
        text_column("old_secret"),
        number_column("old_secret_until"),
        sa.ForeignKeyConstraint(["organization_id"], ["organizations.id"], name="fk_webhooks_organization_id"),
        sa.PrimaryKeyConstraint("id", name="pk_webhooks"),
    )


def _deliveries() -> None:
    op.create_table(
        "deliveries",
        text_column("id", required=True),
        text_column("news_id", required=True),
        text_column("channel", required=True),
        text_column("target", required=True),
        text_column("state", required=True),
        number_column("attempts", required=True),
        text_column("answer"),
        number_column("created_at", required=True),
        number_column("next_at"),
        number_column("ended_at"),
        text_column("subject_prefix"),
        json_column("private"),
        sa.ForeignKeyConstraint(["news_id"], ["news.id"], name="fk_deliveries_news_id"),
        sa.PrimaryKeyConstraint("id", name="pk_deliveries"),
    )
    op.create_index("ix_deliveries_news_id", "deliveries", ["news_id"])
    op.create_index("ix_deliveries_next_at", "deliveries", ["next_at"])


def _statements() -> None:
    op.create_table(
        "statements",
        text_column("id", required=True),
        text_column("organization_id", required=True),
        text_column("project_id"),
        text_column("month", required=True),
        number_column("number", required=True),
        number_column("total", required=True),
        sa.Column("previous", sa.LargeBinary(32), nullable=False),
        sa.Column("hash", sa.LargeBinary(32), nullable=False),
        number_column("issued_at", required=True),
        sa.ForeignKeyConstraint(["organization_id"], ["organizations.id"], name="fk_statements_organization_id"),
        sa.PrimaryKeyConstraint("id", name="pk_statements"),
    )
    for name, column, which in (
        ("uq_statements_organization", "organization_id", "project_id IS NULL"),
        ("uq_statements_project", "project_id", "project_id IS NOT NULL"),
    ):
        op.create_index(
            name,
            "statements",
            [column, "month"],
            unique=True,
            sqlite_where=sa.text(which),
            postgresql_where=sa.text(which),
        )


def _plans() -> None:
    op.create_table(
        "plans",
        text_column("id", required=True),
        text_column("organization_id", required=True),
        text_column("name", required=True),
        json_column("terms", required=True),
        number_column("created_at", required=True),
        number_column("closed_at"),
        sa.ForeignKeyConstraint(["organization_id"], ["organizations.id"], name="fk_plans_organization_id"),
        sa.PrimaryKeyConstraint("id", name="pk_plans"),
        sa.UniqueConstraint("organization_id", "name", name="uq_plans_organization_id_name"),
    )


def _subscriptions() -> None:
    op.create_table(
        "subscriptions",
        text_column("id", required=True),
        text_column("plan_id", required=True),
        text_column("project_id", required=True),
        number_column("begins_at", required=True),
        number_column("ends_at"),
        number_column("created_at", required=True),
        sa.ForeignKeyConstraint(["plan_id"], ["plans.id"], name="fk_subscriptions_plan_id"),
        sa.ForeignKeyConstraint(["project_id"], ["projects.id"], name="fk_subscriptions_project_id"),
        sa.PrimaryKeyConstraint("id", name="pk_subscriptions"),
    )
    op.create_index("ix_subscriptions_project_id", "subscriptions", ["project_id"])
