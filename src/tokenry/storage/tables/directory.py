"""People and places: organizations, projects, users, groups, and who has which role where."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, String, Table, UniqueConstraint, text

from tokenry.storage.tables.base import document, identity, metadata, moment

organizations = Table(
    "organizations",
    metadata,
    identity(),
    Column("name", String, nullable=False, unique=True),
    moment("created_at", required=True),
    Column("timezone", String),  # an IANA name; null = UTC
    Column("retention", String),  # how long content may be kept, in OpenAI's words; null = none of it is kept
)

projects = Table(
    "projects",
    metadata,
    identity(),
    Column("organization_id", ForeignKey("organizations.id"), nullable=False),
    Column("name", String, nullable=False),
    moment("created_at", required=True),
    moment("archived_at"),
    Column("data_class", String),  # public, internal or confidential; null = internal
    Column("retention", String),  # null = as the organization says
    Column("models_mode", String),  # allow_list or deny_list; null = every model
    document("models"),
    UniqueConstraint("organization_id", "name"),
)

users = Table(
    "users",
    metadata,
    identity(),
    Column("name", String, nullable=False),
    Column("email", String, unique=True),
    moment("created_at", required=True),
    moment("disabled_at"),
    moment("erased_at"),  # name and e-mail are blanked; the id stays, because ledger and audit hold it
)

memberships = Table(
    "memberships",
    metadata,
    identity(),
    Column("user_id", ForeignKey("users.id"), nullable=False),
    Column("organization_id", ForeignKey("organizations.id"), nullable=False),
    Column("project_id", ForeignKey("projects.id")),  # null = a role in the whole organization
    Column("role", String, nullable=False),
    moment("created_at", required=True),
    # A null is distinct from every other null, so one role per person and place takes two indexes.
    Index(
        "uq_memberships_organization",
        "user_id",
        "organization_id",
        unique=True,
        sqlite_where=text("project_id IS NULL"),
        postgresql_where=text("project_id IS NULL"),
    ),
    Index(
        "uq_memberships_project",
        "user_id",
        "project_id",
        unique=True,
        sqlite_where=text("project_id IS NOT NULL"),
        postgresql_where=text("project_id IS NOT NULL"),
    ),
)

groups = Table(
    "groups",
    metadata,
    identity(),
    Column("organization_id", ForeignKey("organizations.id"), nullable=False),
    Column("parent_id", ForeignKey("groups.id")),  # who is in this group is in that one too
    Column("name", String, nullable=False),
    moment("created_at", required=True),
    document("models"),  # the only models its members may use; null = every model
    Column("data_class", String),  # the highest class of data its members may send; null = no bound
    UniqueConstraint("organization_id", "name"),
)

group_members = Table(
    "group_members",
    metadata,
    Column("group_id", ForeignKey("groups.id"), primary_key=True),
    Column("user_id", ForeignKey("users.id"), primary_key=True),
    Column("source", String, nullable=False),  # admin, or the name of the sign-in provider that says so
    moment("created_at", required=True),
)

group_projects = Table(
    "group_projects",
    metadata,
    Column("group_id", ForeignKey("groups.id"), primary_key=True),
    Column("project_id", ForeignKey("projects.id"), primary_key=True),
    Column("role", String, nullable=False),
    moment("created_at", required=True),
)

service_accounts = Table(
    "service_accounts",
    metadata,
    identity(),
    Column("project_id", ForeignKey("projects.id"), nullable=False, index=True),
    Column("name", String, nullable=False),
    Column("role", String, nullable=False),
    moment("created_at", required=True),
    moment("deleted_at"),
)

settings = Table(
    "settings",
    metadata,
    Column("key", String, primary_key=True),
    document("value", required=True),
)
