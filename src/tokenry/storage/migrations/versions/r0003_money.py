"""Limits and wishes for more, news and their deliveries, statements and plans."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "r0003"
down_revision = "r0002"


def _text(name: str, *, required: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.String(), nullable=not required)


def _number(name: str, *, required: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger(), nullable=not required)


def _json(name: str, *, required: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.JSON(none_as_null=True), nullable=not required)


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
        _text("id", required=True),
        _text("project_id", required=True),
        _text("model", required=True),
        _number("requests_per_minute"),
        _number("tokens_per_minute"),
        _number("changed_at", required=True),
        sa.ForeignKeyConstraint(["project_id"], ["projects.id"], name="fk_rate_limits_project_id"),
        sa.PrimaryKeyConstraint("id", name="pk_rate_limits"),
        sa.UniqueConstraint("project_id", "model", name="uq_rate_limits_project_id_model"),
    )


def _spend_alerts() -> None:
    op.create_table(
        "spend_alerts",
        _text("id", required=True),
        _text("organization_id", required=True),
        _text("project_id"),
        _number("threshold", required=True),
        _json("recipients", required=True),
        _text("subject_prefix"),
        _number("created_at", required=True),
        _number("deleted_at"),
        sa.ForeignKeyConstraint(["organization_id"], ["organizations.id"], name="fk_spend_alerts_organization_id"),
        sa.ForeignKeyConstraint(["project_id"], ["projects.id"], name="fk_spend_alerts_project_id"),
        sa.PrimaryKeyConstraint("id", name="pk_spend_alerts"),
    )


def _limit_requests() -> None:
    op.create_table(
        "limit_requests",
        _text("id", required=True),
        _text("organization_id", required=True),
        _text("budget_id", required=True),
        _text("user_id", required=True),
        _number("asked", required=True),
        _text("reason", required=True),
        _text("state", required=True),
        _number("granted"),
        _text("decided_by"),
        _text("note"),
        _number("created_at", required=True),
        _number("decided_at"),
        sa.ForeignKeyConstraint(["organization_id"], ["organizations.id"], name="fk_limit_requests_organization_id"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_limit_requests_user_id"),
        sa.PrimaryKeyConstraint("id", name="pk_limit_requests"),
    )


def _news() -> None:
    op.create_table(
        "news",
        _text("id", required=True),
        _text("organization_id", required=True),
        _text("project_id"),
        _text("user_id"),
        _text("type", required=True),
        _text("occasion", required=True),
        _json("data", required=True),
        _number("created_at", required=True),
        sa.PrimaryKeyConstraint("id", name="pk_news"),
        sa.UniqueConstraint("occasion", name="uq_news_occasion"),
    )
    op.create_index("ix_news_organization_id_created_at", "news", ["organization_id", "created_at"])


def _webhooks() -> None:
    op.create_table(
        "webhooks",
        _text("id", required=True),
        _text("organization_id", required=True),
        _text("url", required=True),
        _text("secret", required=True),
        _json("types"),
        _number("created_at", required=True),
        _number("disabled_at"),
        _text("old_secret"),
        _number("old_secret_until"),
        sa.ForeignKeyConstraint(["organization_id"], ["organizations.id"], name="fk_webhooks_organization_id"),
        sa.PrimaryKeyConstraint("id", name="pk_webhooks"),
    )


def _deliveries() -> None:
    op.create_table(
        "deliveries",
        _text("id", required=True),
        _text("news_id", required=True),
        _text("channel", required=True),
        _text("target", required=True),
        _text("state", required=True),
        _number("attempts", required=True),
        _text("answer"),
        _number("created_at", required=True),
        _number("next_at"),
        _number("ended_at"),
        _text("subject_prefix"),
        _json("private"),
        sa.ForeignKeyConstraint(["news_id"], ["news.id"], name="fk_deliveries_news_id"),
        sa.PrimaryKeyConstraint("id", name="pk_deliveries"),
    )
    op.create_index("ix_deliveries_news_id", "deliveries", ["news_id"])
    op.create_index("ix_deliveries_next_at", "deliveries", ["next_at"])


def _statements() -> None:
    op.create_table(
        "statements",
        _text("id", required=True),
        _text("organization_id", required=True),
        _text("project_id"),
        _text("month", required=True),
        _number("number", required=True),
        _number("total", required=True),
        sa.Column("previous", sa.LargeBinary(32), nullable=False),
        sa.Column("hash", sa.LargeBinary(32), nullable=False),
        _number("issued_at", required=True),
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
        _text("id", required=True),
        _text("organization_id", required=True),
        _text("name", required=True),
        _json("terms", required=True),
        _number("created_at", required=True),
        _number("closed_at"),
        sa.ForeignKeyConstraint(["organization_id"], ["organizations.id"], name="fk_plans_organization_id"),
        sa.PrimaryKeyConstraint("id", name="pk_plans"),
        sa.UniqueConstraint("organization_id", "name", name="uq_plans_organization_id_name"),
    )


def _subscriptions() -> None:
    op.create_table(
        "subscriptions",
        _text("id", required=True),
        _text("plan_id", required=True),
        _text("project_id", required=True),
        _number("begins_at", required=True),
        _number("ends_at"),
        _number("created_at", required=True),
        sa.ForeignKeyConstraint(["plan_id"], ["plans.id"], name="fk_subscriptions_plan_id"),
        sa.ForeignKeyConstraint(["project_id"], ["projects.id"], name="fk_subscriptions_project_id"),
        sa.PrimaryKeyConstraint("id", name="pk_subscriptions"),
    )
    op.create_index("ix_subscriptions_project_id", "subscriptions", ["project_id"])
