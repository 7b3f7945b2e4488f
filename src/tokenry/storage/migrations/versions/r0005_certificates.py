"""Certificates of milestones, and the keys that they verify with."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from tokenry.storage.migrations.columns import number_column, text_column

revision = "r0005"
down_revision = "r0004"


def upgrade() -> None:
    """Move the schema one step on."""
    op.create_table(
        "certificate_keys",
        text_column("id", required=True),
        text_column("public", required=True),
        number_column("created_at", required=True),
        number_column("retired_at"),
        sa.PrimaryKeyConstraint("id", name="pk_certificate_keys"),
    )
    op.create_table(
        "certificates",
        text_column("id", required=True),
        text_column("organization_id", required=True),
        number_column("threshold", required=True),
        number_column("edition", required=True),
        text_column("statement", required=True),
        text_column("signature", required=True),
        text_column("key_id", required=True),
        number_column("issued_at", required=True),
        sa.ForeignKeyConstraint(["organization_id"], ["organizations.id"], name="fk_certificates_organization_id"),
        sa.ForeignKeyConstraint(["key_id"], ["certificate_keys.id"], name="fk_certificates_key_id"),
        sa.PrimaryKeyConstraint("id", name="pk_certificates"),
        sa.UniqueConstraint("organization_id", "threshold", name="uq_certificates_organization_id_threshold"),
    )
