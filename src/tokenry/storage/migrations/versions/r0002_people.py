"""Groups, service accounts, sign-in, invites, and the audit log."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "r0002"
down_revision = "r0001"


def _text(name: str, *, required: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.String(), nullable=not required)


def _number(name: str, *, required: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger(), nullable=not required)


def _json(name: str, *, required: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.JSON(none_as_null=True), nullable=not required)


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
    op.add_column("api_keys", _text("service_account_id"))
    op.add_column("organizations", _text("timezone"))
    op.add_column("organizations", _text("retention"))
    op.add_column("projects", _text("data_class"))
    op.add_column("projects", _text("retention"))
    op.add_column("projects", _text("models_mode"))
    op.add_column("projects", _json("models"))
    op.add_column("users", _number("erased_at"))


def _groups() -> None:
    op.create_table(
        "groups",
        _text("id", required=True),
        _text("organization_id", required=True),
        _text("parent_id"),
        _text("name", required=True),
        _number("created_at", required=True),
        _json("models"),
        _text("data_class"),
        sa.ForeignKeyConstraint(["organization_id"], ["organizations.id"], name="fk_groups_organization_id"),
        sa.ForeignKeyConstraint(["parent_id"], ["groups.id"], name="fk_groups_parent_id"),
        sa.PrimaryKeyConstraint("id", name="pk_groups"),
        sa.UniqueConstraint("organization_id", "name", name="uq_groups_organization_id_name"),
    )


def _group_members() -> None:
    op.create_table(
        "group_members",
        _text("group_id", required=True),
        _text("user_id", required=True),
        _text("source", required=True),
        _number("created_at", required=True),
        sa.ForeignKeyConstraint(["group_id"], ["groups.id"], name="fk_group_members_group_id"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_group_members_user_id"),
        sa.PrimaryKeyConstraint("group_id", "user_id", name="pk_group_members"),
    )


def _group_projects() -> None:
    op.create_table(
        "group_projects",
        _text("group_id", required=True),
        _text("project_id", required=True),
        _text("role", required=True),
        _number("created_at", required=True),
        sa.ForeignKeyConstraint(["group_id"], ["groups.id"], name="fk_group_projects_group_id"),
        sa.ForeignKeyConstraint(["project_id"], ["projects.id"], name="fk_group_projects_project_id"),
        sa.PrimaryKeyConstraint("group_id", "project_id", name="pk_group_projects"),
    )


def _service_accounts() -> None:
    op.create_table(
        "service_accounts",
        _text("id", required=True),
        _text("project_id", required=True),
        _text("name", required=True),
        _text("role", required=True),
        _number("created_at", required=True),
        _number("deleted_at"),
        sa.ForeignKeyConstraint(["project_id"], ["projects.id"], name="fk_service_accounts_project_id"),
        sa.PrimaryKeyConstraint("id", name="pk_service_accounts"),
    )
    op.create_index("ix_service_accounts_project_id", "service_accounts", ["project_id"])


def _admin_keys() -> None:
    op.create_table(
        "admin_keys",
        _text("id", required=True),
        _text("organization_id", required=True),
        _text("user_id", required=True),
        _text("name", required=True),
        _text("prefix", required=True),
        sa.Column("sha256", sa.LargeBinary(32), nullable=False),
        _number("created_at", required=True),
        _number("expires_at"),
        _number("revoked_at"),
        sa.ForeignKeyConstraint(["organization_id"], ["organizations.id"], name="fk_admin_keys_organization_id"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_admin_keys_user_id"),
        sa.PrimaryKeyConstraint("id", name="pk_admin_keys"),
        sa.UniqueConstraint("sha256", name="uq_admin_keys_sha256"),
    )


def _passwords() -> None:
    op.create_table(
        "passwords",
        _text("user_id", required=True),
        _text("hash", required=True),
        _number("changed_at", required=True),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_passwords_user_id"),
        sa.PrimaryKeyConstraint("user_id", name="pk_passwords"),
    )


def _identities() -> None:
    op.create_table(
        "identities",
        _text("id", required=True),
        _text("user_id", required=True),
        _text("provider", required=True),
        _text("subject", required=True),
        _number("created_at", required=True),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_identities_user_id"),
        sa.PrimaryKeyConstraint("id", name="pk_identities"),
        sa.UniqueConstraint("provider", "subject", name="uq_identities_provider_subject"),
    )


def _sessions() -> None:
    op.create_table(
        "sessions",
        _text("id", required=True),
        sa.Column("sha256", sa.LargeBinary(32), nullable=False),
        _text("user_id", required=True),
        _text("method", required=True),
        _text("agent"),
        _text("powers", required=True),
        _number("created_at", required=True),
        _number("seen_at", required=True),
        _number("expires_at", required=True),
        _number("revoked_at"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_sessions_user_id"),
        sa.PrimaryKeyConstraint("id", name="pk_sessions"),
        sa.UniqueConstraint("sha256", name="uq_sessions_sha256"),
    )
    op.create_index("ix_sessions_user_id", "sessions", ["user_id"])


def _invites() -> None:
    op.create_table(
        "invites",
        _text("id", required=True),
        _text("organization_id", required=True),
        _text("email", required=True),
        _text("role", required=True),
        _json("projects", required=True),
        sa.Column("sha256", sa.LargeBinary(32), nullable=False),
        _text("created_by"),
        _number("created_at", required=True),
        _number("expires_at", required=True),
        _number("accepted_at"),
        _number("deleted_at"),
        sa.ForeignKeyConstraint(["organization_id"], ["organizations.id"], name="fk_invites_organization_id"),
        sa.PrimaryKeyConstraint("id", name="pk_invites"),
        sa.UniqueConstraint("sha256", name="uq_invites_sha256"),
    )


def _one_time_links() -> None:
    op.create_table(
        "one_time_links",
        sa.Column("sha256", sa.LargeBinary(32), nullable=False),
        _text("user_id", required=True),
        _text("purpose", required=True),
        _number("created_at", required=True),
        _number("expires_at", required=True),
        _number("used_at"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_one_time_links_user_id"),
        sa.PrimaryKeyConstraint("sha256", name="pk_one_time_links"),
    )


def _audit() -> None:
    op.create_table(
        "audit",
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        _text("id", required=True),
        _number("at", required=True),
        _text("organization_id"),
        _text("project_id"),
        _text("actor_type", required=True),
        _text("actor_id", required=True),
        _text("type", required=True),
        _text("resource_id"),
        _json("details", required=True),
        sa.Column("hash", sa.LargeBinary(32), nullable=False),
        sa.PrimaryKeyConstraint("seq", name="pk_audit"),
        sa.UniqueConstraint("id", name="uq_audit_id"),
    )
    op.create_index("ix_audit_organization_id_seq", "audit", ["organization_id", "seq"])
