"""What projects leave with us: files, uploads, batches, stored answers, conversations; and answers kept for repeats.

Contents of files lie as blobs beside app.db, under their SHA-256; a row here is what makes a blob somebody's. Bodies
are JSON as it was sent, so that it comes back byte for byte.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Index, LargeBinary, String, Table, UniqueConstraint

from tokenry.storage.tables.base import document, identity, metadata, moment


def _owned() -> tuple[Column[str], Column[str], Column[str]]:
    """Whose it is. The key is named even where it is gone."""
    return (
        Column("organization_id", ForeignKey("organizations.id"), nullable=False),
        Column("project_id", ForeignKey("projects.id"), nullable=False),
        Column("key_id", String, nullable=False),
    )


def _listed(table: str) -> tuple[Index, Index]:
    """How it is found: a project's in order, and what is over."""
    return (
        Index(f"ix_{table}_project_id_created_at", "project_id", "created_at"),
        Index(f"ix_{table}_expires_at", "expires_at"),
    )


files = Table(
    "files",
    metadata,
    identity(),
    *_owned(),
    Column("name", String, nullable=False),
    Column("purpose", String, nullable=False),
    Column("mime_type", String),
    Column("size", BigInteger, nullable=False),  # bytes
    Column("sha256", String, nullable=False, index=True),  # hexadecimal; the blob's name
    Column("status", String, nullable=False),  # uploaded, processed, error
    moment("created_at", required=True),
    moment("expires_at"),  # null = never
    *_listed("files"),
)

uploads = Table(
    "uploads",
    metadata,
    identity(),
    *_owned(),
    Column("name", String, nullable=False),
    Column("purpose", String, nullable=False),
    Column("mime_type", String, nullable=False),
    Column("size", BigInteger, nullable=False),  # bytes, as declared
    Column("state", String, nullable=False),  # pending, completed, cancelled, expired
    Column("expires_after_s", BigInteger),  # of the file that it becomes
    Column("file_id", String),  # that file, once it is completed
    moment("created_at", required=True),
    moment("expires_at", required=True),
    moment("ended_at"),
    *_listed("uploads"),
)

upload_parts = Table(
    "upload_parts",
    metadata,
    identity(),
    Column("upload_id", ForeignKey("uploads.id"), nullable=False),
    Column("number", BigInteger, nullable=False),  # in the order in which they came, from 1
    Column("size", BigInteger, nullable=False),  # bytes
    Column("sha256", String, nullable=False, index=True),
    moment("created_at", required=True),
    UniqueConstraint("upload_id", "number"),
)

batches = Table(
    "batches",
    metadata,
    identity(),
    *_owned(),
    Column("endpoint", String, nullable=False),
    Column("input_file_id", String, nullable=False),
    Column("output_file_id", String),
    Column("error_file_id", String),
    Column("state", String, nullable=False, index=True),  # OpenAI's `status`
    Column("window", String, nullable=False),
    Column("model", String),  # of its lines, when they agree
    document("metadata"),
    Column("total", BigInteger, nullable=False),  # lines
    Column("completed", BigInteger, nullable=False),
    Column("failed", BigInteger, nullable=False),
    document("usage"),  # the sum of its lines'
    document("errors"),  # what is wrong with the input file
    Column("output_expires_after", BigInteger),  # seconds
    moment("created_at", required=True),
    moment("in_progress_at"),
    moment("finalizing_at"),
    moment("completed_at"),
    moment("failed_at"),
    moment("expired_at"),
    moment("cancelling_at"),
    moment("cancelled_at"),
    moment("expires_at", required=True),  # the end of its window
    *_listed("batches"),
)

stored_responses = Table(
    "stored_responses",
    metadata,
    identity(),
    *_owned(),
    Column("previous_id", String),
    Column("conversation_id", String, index=True),
    Column("state", String, nullable=False),  # queued, in_progress, completed, incomplete, failed, cancelled
    Column("background", Boolean, nullable=False),
    Column("body", LargeBinary, nullable=False),  # the response object
    Column("input", LargeBinary, nullable=False),  # a list of its own input items
    Column("size", BigInteger, nullable=False),  # bytes of both
    moment("created_at", required=True),
    moment("expires_at", required=True),
    *_listed("stored_responses"),
)

conversations = Table(
    "conversations",
    metadata,
    identity(),
    *_owned(),
    document("metadata"),
    Column("size", BigInteger, nullable=False),  # bytes of its items
    moment("created_at", required=True),
    moment("expires_at", required=True),  # moves on with each use
    moment("deleted_at"),
    *_listed("conversations"),
)

conversation_items = Table(
    "conversation_items",
    metadata,
    Column("conversation_id", ForeignKey("conversations.id"), primary_key=True),
    Column("position", BigInteger, primary_key=True),  # from 1, in order
    Column("id", String, nullable=False),  # unique within its conversation only
    Column("body", LargeBinary, nullable=False),
    moment("created_at", required=True),
    UniqueConstraint("conversation_id", "id"),
)

stored_completions = Table(
    "stored_completions",
    metadata,
    Column("id", String, primary_key=True),  # the engine's, so it is unique within its project at most
    Column("organization_id", ForeignKey("organizations.id"), nullable=False),
    Column("project_id", ForeignKey("projects.id"), primary_key=True),
    Column("key_id", String, nullable=False),
    Column("model", String, nullable=False),  # as the answer names it
    document("metadata"),
    Column("body", LargeBinary, nullable=False),  # the chat completion object
    Column("input", LargeBinary, nullable=False),  # the list of messages that it answers
    Column("size", BigInteger, nullable=False),  # bytes of both
    moment("created_at", required=True),
    moment("expires_at", required=True),
    *_listed("stored_completions"),
)

idempotent_answers = Table(
    "idempotent_answers",
    metadata,
    Column("scope", String, primary_key=True),  # whose key it is, so that nobody meets another's
    Column("key", String, primary_key=True),  # Idempotency-Key
    Column("fingerprint", LargeBinary, nullable=False),  # of the request
    Column("state", String, nullable=False),  # claimed, done
    Column("status", BigInteger),
    Column("content_type", String),
    Column("body", LargeBinary),  # null = not kept
    moment("created_at", required=True),
    moment("expires_at", required=True),
    Index("ix_idempotent_answers_expires_at", "expires_at"),
)
