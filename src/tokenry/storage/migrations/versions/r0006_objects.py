"""Files, uploads, batches, stored answers, conversations, and answers to repeated requests."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from tokenry.storage.migrations.columns import bytes_column, json_column, number_column, text_column

revision = "r0006"
down_revision = "r0005"


def upgrade() -> None:
    """Move the schema one step on."""
    _files()
    _uploads()
    _upload_parts()
    _batches()
    _stored_responses()
    _conversations()
    _conversation_items()
    _stored_completions()
    _idempotent_answers()


def _owned() -> tuple[sa.Column[str], ...]:
    return tuple(text_column(name, required=True) for name in ("id", "organization_id", "project_id", "key_id"))


def _bound(table: str, *key: str) -> tuple[sa.Constraint, ...]:
    return (
        sa.ForeignKeyConstraint(["organization_id"], ["organizations.id"], name=f"fk_{table}_organization_id"),
        sa.ForeignKeyConstraint(["project_id"], ["projects.id"], name=f"fk_{table}_project_id"),
        sa.PrimaryKeyConstraint(*(key or ("id",)), name=f"pk_{table}"),
    )


def _listed(table: str) -> None:
    op.create_index(f"ix_{table}_project_id_created_at", table, ["project_id", "created_at"])
    op.create_index(f"ix_{table}_expires_at", table, ["expires_at"])


def _files() -> None:
    op.create_table(
        "files",
        *_owned(),
        text_column("name", required=True),
        text_column("purpose", required=True),
        text_column("mime_type"),
        number_column("size", required=True),
        text_column("sha256", required=True),
        text_column("status", required=True),
        number_column("created_at", required=True),
        number_column("expires_at"),
        *_bound("files"),
    )
    op.create_index("ix_files_sha256", "files", ["sha256"])
    _listed("files")


def _uploads() -> None:
    op.create_table(
        "uploads",
        *_owned(),
        text_column("name", required=True),
        text_column("purpose", required=True),
        text_column("mime_type", required=True),
        number_column("size", required=True),
        text_column("state", required=True),
        number_column("expires_after_s"),
        text_column("file_id"),
        number_column("created_at", required=True),
        number_column("expires_at", required=True),
        number_column("ended_at"),
        *_bound("uploads"),
    )
    _listed("uploads")


def _upload_parts() -> None:
    op.create_table(
        "upload_parts",
        text_column("id", required=True),
        text_column("upload_id", required=True),
        number_column("number", required=True),
        number_column("size", required=True),
        text_column("sha256", required=True),
        number_column("created_at", required=True),
        sa.ForeignKeyConstraint(["upload_id"], ["uploads.id"], name="fk_upload_parts_upload_id"),
        sa.PrimaryKeyConstraint("id", name="pk_upload_parts"),
        sa.UniqueConstraint("upload_id", "number", name="uq_upload_parts_upload_id_number"),
    )
    op.create_index("ix_upload_parts_sha256", "upload_parts", ["sha256"])


def _batches() -> None:
    op.create_table(
        "batches",
        *_owned(),
        text_column("endpoint", required=True),
        text_column("input_file_id", required=True),
        text_column("output_file_id"),
        text_column("error_file_id"),
        text_column("state", required=True),
        text_column("window", required=True),
        text_column("model"),
        json_column("metadata"),
        number_column("total", required=True),
        number_column("completed", required=True),
        number_column("failed", required=True),
        json_column("usage"),
        json_column("errors"),
        number_column("output_expires_after"),
        number_column("created_at", required=True),
        number_column("in_progress_at"),
        number_column("finalizing_at"),
        number_column("completed_at"),
        number_column("failed_at"),
        number_column("expired_at"),
        number_column("cancelling_at"),
        number_column("cancelled_at"),
        number_column("expires_at", required=True),
        *_bound("batches"),
    )
    op.create_index("ix_batches_state", "batches", ["state"])
    _listed("batches")


def _stored_responses() -> None:
    op.create_table(
        "stored_responses",
        *_owned(),
        text_column("previous_id"),
        text_column("conversation_id"),
        text_column("state", required=True),
        sa.Column("background", sa.Boolean(), nullable=False),
        bytes_column("body", required=True),
        bytes_column("input", required=True),
        number_column("size", required=True),
        number_column("created_at", required=True),
        number_column("expires_at", required=True),
        *_bound("stored_responses"),
    )
    op.create_index("ix_stored_responses_conversation_id", "stored_responses", ["conversation_id"])
    _listed("stored_responses")


def _conversations() -> None:
    op.create_table(
        "conversations",
        *_owned(),
        json_column("metadata"),
        number_column("size", required=True),
        number_column("created_at", required=True),
        number_column("expires_at", required=True),
        number_column("deleted_at"),
        *_bound("conversations"),
    )
    _listed("conversations")


def _conversation_items() -> None:
    op.create_table(
        "conversation_items",
        text_column("conversation_id", required=True),
        number_column("position", required=True),
        text_column("id", required=True),
        bytes_column("body", required=True),
        number_column("created_at", required=True),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversations.id"], name="fk_conversation_items_conversation_id"
        ),
        sa.PrimaryKeyConstraint("conversation_id", "position", name="pk_conversation_items"),
        sa.UniqueConstraint("conversation_id", "id", name="uq_conversation_items_conversation_id_id"),
    )


def _stored_completions() -> None:
    op.create_table(
        "stored_completions",
        *_owned(),
        text_column("model", required=True),
        json_column("metadata"),
        bytes_column("body", required=True),
        bytes_column("input", required=True),
        number_column("size", required=True),
        number_column("created_at", required=True),
        number_column("expires_at", required=True),
        *_bound("stored_completions", "id", "project_id"),
    )
    _listed("stored_completions")


def _idempotent_answers() -> None:
    op.create_table(
        "idempotent_answers",
        text_column("scope", required=True),
        text_column("key", required=True),
        bytes_column("fingerprint", required=True),
        text_column("state", required=True),
        number_column("status"),
        text_column("content_type"),
        bytes_column("body"),
        number_column("created_at", required=True),
        number_column("expires_at", required=True),
        sa.PrimaryKeyConstraint("scope", "key", name="pk_idempotent_answers"),
    )
    op.create_index("ix_idempotent_answers_expires_at", "idempotent_answers", ["expires_at"])
