"""What opens: keys, passwords, identities elsewhere, sessions, invites, one-time links. Of secrets only hashes."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    LargeBinary,
    String,
    Table,
    UniqueConstraint,
)

from tokenry.storage.tables.base import document, identity, metadata, moment


def _sha256() -> Column[bytes]:
    return Column("sha256", LargeBinary(32), nullable=False, unique=True)


api_keys = Table(
    "api_keys",
    metadata,
    identity(),
    Column("project_id", ForeignKey("projects.id"), nullable=False, index=True),
    Column("user_id", ForeignKey("users.id")),  # null = a key of the project itself, or of a service account
    Column("name", String, nullable=False),
    Column("prefix", String, nullable=False),
    Column(
        "sha256", LargeBinary(32), CheckConstraint("length(sha256) = 32", name="sha256"), nullable=False, unique=True
    ),
    document("models"),  # null = every model
    moment("created_at", required=True),
    moment("expires_at"),
    moment("revoked_at"),
    Column("budget_id", String),
    document("limits"),
    Column("created_by", String),
    Column("service_account_id", String),  # null = nobody's, or a person's
)

admin_keys = Table(
    "admin_keys",
    metadata,
    identity(),
    Column("organization_id", ForeignKey("organizations.id"), nullable=False),
    Column("user_id", ForeignKey("users.id"), nullable=False),  # whose roles it has
    Column("name", String, nullable=False),
    Column("prefix", String, nullable=False),
    _sha256(),
    moment("created_at", required=True),
    moment("expires_at"),
    moment("revoked_at"),
)

passwords = Table(
    "passwords",
    metadata,
    Column("user_id", ForeignKey("users.id"), primary_key=True),
    Column("hash", String, nullable=False),  # argon2id, in its own encoding with salt and cost
    moment("changed_at", required=True),
)

identities = Table(
    "identities",
    metadata,
    identity(),
    Column("user_id", ForeignKey("users.id"), nullable=False),
    Column("provider", String, nullable=False),  # as the configuration names it
    Column("subject", String, nullable=False),  # `sub`, unique within the provider
    moment("created_at", required=True),
    UniqueConstraint("provider", "subject"),
)

sessions = Table(
    "sessions",
    metadata,
    identity(),
    _sha256(),  # of the token in the cookie, which changes while the session stays
    Column("user_id", ForeignKey("users.id"), nullable=False, index=True),
    Column("method", String, nullable=False),  # password, link, or the name of the sign-in provider
    Column("agent", String),  # what the browser calls itself, cut short
    Column("powers", String, nullable=False),  # a digest of the roles under which the token was given out
    moment("created_at", required=True),
    moment("seen_at", required=True),
    moment("expires_at", required=True),
    moment("revoked_at"),
)

invites = Table(
    "invites",
    metadata,
    identity(),
    Column("organization_id", ForeignKey("organizations.id"), nullable=False),
    Column("email", String, nullable=False),
    Column("role", String, nullable=False),
    document("projects", required=True),  # [{"id", "role"}]
    _sha256(),
    Column("created_by", String),
    moment("created_at", required=True),
    moment("expires_at", required=True),
    moment("accepted_at"),
    moment("deleted_at"),
)

one_time_links = Table(
    "one_time_links",
    metadata,
    Column("sha256", LargeBinary(32), primary_key=True),
    Column("user_id", ForeignKey("users.id"), nullable=False),
    Column("purpose", String, nullable=False),  # sign-in, or a new password
    moment("created_at", required=True),
    moment("expires_at", required=True),
    moment("used_at"),
)

passkeys = Table(
    "passkeys",
    metadata,
    identity(),
    Column("user_id", ForeignKey("users.id"), nullable=False, index=True),
    Column("credential_id", LargeBinary, nullable=False, unique=True),
    Column("public_key", LargeBinary, nullable=False),  # COSE
    Column("sign_count", BigInteger, nullable=False),
    Column("name", String, nullable=False),
    document("transports"),
    Column("backed_up", Boolean, nullable=False),
    moment("created_at", required=True),
    moment("used_at"),
)
