"""Groups, service accounts, sign-in, invites, and the audit log."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from tokenry.storage.migrations.columns import json_column, number_column, text_column

revision = "r0002"
down_revision = "r0001"


def upgrade() -> None:
    """Move the schema one step on."""
    _columns()
    _groups()
    _group_members()
    _group_projects()
    _service_accounts()
    _admin_keys()
    _passwords()
    _identities()
    _sessions()
    _invites()
    _one_time_links()
    _audit()


def _columns() -> None:
    op.add_column("api_keys", text_column("service_account_id"))
    op.add_column("organizations", text_column("timezone"))
    op.add_column("organizations", text_column("retention"))
    op.add_column("projects", text_column("data_class"))
    op.add_column("projects", text_column("retention"))
    op.add_column("projects", text_column("models_mode"))
    op.add_column("projects", json_column("models"))
    op.add_column("users", number_column("erased_at"))


def _groups() -> None:
    op.create_table(
        "groups",
        text_column("id", required=True),
        text_column("organization_id", required=True),
        text_column("parent_id"),
        text_column("name", required=True),
        number_column("created_at", required=True),
        json_column("models"),
        text_column("data_class"),
        sa.ForeignKeyConstraint(["organization_id"], ["organizations.id"], name="fk_groups_organization_id"),
        sa.ForeignKeyConstraint(["parent_id"], ["groups.id"], name="fk_groups_parent_id"),
        sa.PrimaryKeyConstraint("id", name="pk_groups"),
        sa.UniqueConstraint("organization_id", "name", name="uq_groups_organization_id_name"),
    )


def _group_members() -> None:
    op.create_table(
        "group_members",
        text_column("group_id", required=True),
        text_column("user_id", required=True),
        text_column("source", required=True),
        number_column("created_at", required=True),
        sa.ForeignKeyConstraint(["group_id"], ["groups.id"], name="fk_group_members_group_id"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_group_members_user_id"),
        sa.PrimaryKeyConstraint("group_id", "user_id", name="pk_group_members"),
    )


def _group_projects() -> None:
    op.create_table(
        "group_projects",
        text_column("group_id", required=True),
        text_column("project_id", required=True),
        text_column("role", required=True),
        number_column("created_at", required=True),
        sa.ForeignKeyConstraint(["group_id"], ["groups.id"], name="fk_group_projects_group_id"),
        sa.ForeignKeyConstraint(["project_id"], ["projects.id"], name="fk_group_projects_project_id"),
        sa.PrimaryKeyConstraint("group_id", "project_id", name="pk_group_projects"),
    )


def _service_accounts() -> None:
    op.create_table(
        "service_accounts",
        text_column("id", required=True),
        text_column("project_id", required=True),
        text_column("name", required=True),
        text_column("role", required=True),
        number_column("created_at", required=True),
        number_column("deleted_at"),
        sa.ForeignKeyConstraint(["project_id"], ["projects.id"], name="fk_service_accounts_project_id"),
        sa.PrimaryKeyConstraint("id", name="pk_service_accounts"),
    )
    op.create_index("ix_service_accounts_project_id", "service_accounts", ["project_id"])


def _admin_keys() -> None:
    op.create_table(
        "admin_keys",
        text_column("id", required=True),
        text_column("organization_id", required=True),
        text_column("user_id", required=True),
        text_column("name", required=True),
        text_column("prefix", required=True),
        sa.Column("sha256", sa.LargeBinary(32), nullable=False),
        number_column("created_at", required=True),
        number_column("expires_at"),
        number_column("revoked_at"),
        sa.ForeignKeyConstraint(["organization_id"], ["organizations.id"], name="fk_admin_keys_organization_id"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_admin_keys_user_id"),
        sa.PrimaryKeyConstraint("id", name="pk_admin_keys"),
        sa.UniqueConstraint("sha256", name="uq_admin_keys_sha256"),
    )


def _passwords() -> None:
    op.create_table(
        "passwords",
        text_column("user_id", required=True),
        text_column("hash", required=True),
        number_column("changed_at", required=True),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_passwords_user_id"),
        sa.PrimaryKeyConstraint("user_id", name="pk_passwords"),
    )


def _identities() -> None:
    op.create_table(
        "identities",
        text_column("id", required=True),
        text_column("user_id", required=True),
        text_column("provider", required=True),
        text_column("subject", required=True),
        number_column("created_at", required=True),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_identities_user_id"),
        sa.PrimaryKeyConstraint("id", name="pk_identities"),
        sa.UniqueConstraint("provider", "subject", name="uq_identities_provider_subject"),
    )


def _sessions() -> None:
    op.create_table(
        "sessions",
        text_column("id", required=True),
        sa.Column("sha256", sa.LargeBinary(32), nullable=False),
        text_column("user_id", required=True),
        text_column("method", required=True),
        text_column("agent"),
        text_column("powers", required=True),
        number_column("created_at", required=True),
        number_column("seen_at", required=True),
        number_column("expires_at", required=True),
        number_column("revoked_at"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_sessions_user_id"),
        sa.PrimaryKeyConstraint("id", name="pk_sessions"),
        sa.UniqueConstraint("sha256", name="uq_sessions_sha256"),
    )
    op.create_index("ix_sessions_user_id", "sessions", ["user_id"])


def _invites() -> None:
    op.create_table(
        "invites",
        text_column("id", required=True),
        text_column("organization_id", required=True),
        text_column("email", required=True),
        text_column("role", required=True),
        json_column("projects", required=True),
        sa.Column("sha256", sa.LargeBinary(32), nullable=False),
        text_column("created_by"),
        number_column("created_at", required=True),
        number_column("expires_at", required=True),
        number_column("accepted_at"),
        number_column("deleted_at"),
        sa.ForeignKeyConstraint(["organization_id"], ["organizations.id"], name="fk_invites_organization_id"),
        sa.PrimaryKeyConstraint("id", name="pk_invites"),
        sa.UniqueConstraint("sha256", name="uq_invites_sha256"),
    )


def _one_time_links() -> None:
    op.create_table(
        "one_time_links",
        sa.Column("sha256", sa.LargeBinary(32), nullable=False),
        text_column("user_id", required=True),
        text_column("purpose", required=True),
        number_column("created_at", required=True),
        number_column("expires_at", required=True),
        number_column("used_at"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_one_time_links_user_id"),
        sa.PrimaryKeyConstraint("sha256", name="pk_one_time_links"),
    )


def _audit() -> None:
    op.create_table(
        "audit",
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        text_column("id", required=True),
        number_column("at", required=True),
        text_column("organization_id"),
        text_column("project_id"),
        text_column("actor_type", required=True),
        text_column("actor_id", required=True),
        text_column("type", required=True),
        text_column("resource_id"),
        json_column("details", required=True),
        sa.Column("hash", sa.LargeBinary(32), nullable=False),
        sa.PrimaryKeyConstraint("seq", name="pk_audit"),
        sa.UniqueConstraint("id", name="uq_audit_id"),
    )
    op.create_index("ix_audit_organization_id_seq", "audit", ["organization_id", "seq"])
