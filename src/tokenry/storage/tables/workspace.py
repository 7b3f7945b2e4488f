"""People at work: their chats, folders, prompts, assistants, files, what they share and what they consent to.

A row that is deleted is gone; nothing here is only marked. The two full-text tables, `chat_search` and
`passage_search`, are SQLite's own (FTS5) and stand in the migration alone: their `rowid` is the `seq` of the row whose
text they hold. Source: https://www.sqlite.org/fts5.html
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from tokenry.storage.tables.base import document, identity, metadata, moment


def _person() -> Column[str]:
    return Column("user_id", ForeignKey("users.id"), nullable=False)


def _organization() -> Column[str]:
    return Column("organization_id", ForeignKey("organizations.id"), nullable=False)


def _sequence() -> tuple[Column[int], Column[str]]:
    """A row with a number for the full-text table beside its id."""
    return Column("seq", Integer, primary_key=True), Column("id", String, nullable=False, unique=True)


workspace_keys = Table(
    "workspace_keys",
    metadata,
    Column("user_id", ForeignKey("users.id"), primary_key=True),
    Column("project_id", ForeignKey("projects.id"), primary_key=True),
    Column("key_id", ForeignKey("api_keys.id"), nullable=False),  # by which their chats in the project are charged
    moment("created_at", required=True),
)

folders = Table(
    "folders",
    metadata,
    identity(),
    _person(),
    _organization(),
    Column("name", String, nullable=False),
    Column("instructions", Text),
    moment("created_at", required=True),
    moment("updated_at", required=True),
    Index("ix_folders_user_id", "user_id"),
)

prompts = Table(
    "prompts",
    metadata,
    identity(),
    _person(),
    _organization(),
    Column("name", String, nullable=False),  # by which it is called in the composer, behind a slash
    Column("title", String, nullable=False),
    Column("text", Text, nullable=False),
    Column("shared", Boolean, nullable=False),  # with the whole organization
    moment("created_at", required=True),
    moment("updated_at", required=True),
    Index("ix_prompts_organization_id_user_id", "organization_id", "user_id"),
    UniqueConstraint("user_id", "organization_id", "name"),
)

assistants = Table(
    "assistants",
    metadata,
    identity(),
    _person(),
    _organization(),
    Column("kind", String, nullable=False),  # chat, translation, call_notes
    Column("name", String, nullable=False),
    Column("description", Text),
    Column("instructions", Text),
    Column("model", String),  # null = whatever the chat has
    document("parameters"),
    Column("language", String),  # that it answers in; null = it is told in the chat
    document("glossary"),  # [[term, its translation]]
    Column("shared", Boolean, nullable=False),  # with the whole organization
    moment("created_at", required=True),
    moment("updated_at", required=True),
    Index("ix_assistants_organization_id_user_id", "organization_id", "user_id"),
)

chats = Table(
    "chats",
    metadata,
    identity(),
    _person(),
    _organization(),
    Column("project_id", ForeignKey("projects.id"), nullable=False),  # where its use is booked
    Column("folder_id", ForeignKey("folders.id")),
    Column("assistant_id", String),  # of one that may be gone, or is shipped
    Column("title", String, nullable=False),
    Column("title_by", String),  # person, machine; null = there is none yet
    Column("model", String),
    Column("system", Text),
    document("parameters"),
    Column("temporary", Boolean, nullable=False),
    Column("pinned", Boolean, nullable=False),
    Column("archived", Boolean, nullable=False),
    Column("head_id", String),  # the message that its shown branch ends in
    Column("charge_nanousd", BigInteger, nullable=False),  # the sum of its messages'
    Column("charge_tokens", BigInteger, nullable=False),
    moment("created_at", required=True),
    moment("updated_at", required=True),
    moment("expires_at"),
    moment("moved_at"),  # to the project that it has now; null = it began there
    Index("ix_chats_user_id_updated_at", "user_id", "updated_at"),
    Index("ix_chats_folder_id", "folder_id"),
    Index("ix_chats_project_id", "project_id"),
    Index("ix_chats_expires_at", "expires_at"),
)

chat_messages = Table(
    "chat_messages",
    metadata,
    *_sequence(),
    Column("chat_id", ForeignKey("chats.id"), nullable=False),
    Column("parent_id", String),  # null = a chat begins with it
    Column("client_id", String),  # what the browser calls it, so that it is sent once
    Column("role", String, nullable=False),  # user, assistant
    Column("state", String, nullable=False),  # complete, running, stopped, broken, failed
    Column("text", Text, nullable=False),
    Column("reasoning", Text),
    document("files"),  # ids
    document("sources"),  # passages that it was given
    Column("model", String),
    document("parameters"),
    document("seen_by"),  # {"provider", "place", "engine"}
    document("request_ids"),  # several, when it was continued
    Column("input_tokens", BigInteger),
    Column("output_tokens", BigInteger),
    Column("charge_nanousd", BigInteger),
    Column("charge_tokens", BigInteger),
    Column("omitted", BigInteger),  # messages before it that did not fit the model's context
    document("error"),  # {"code", "message"}
    moment("created_at", required=True),
    moment("ended_at"),
    UniqueConstraint("chat_id", "client_id"),
    Index("ix_chat_messages_chat_id_parent_id", "chat_id", "parent_id"),
    Index("ix_chat_messages_state", "state"),
)

chat_shares = Table(
    "chat_shares",
    metadata,
    identity(),
    _person(),
    _organization(),
    Column("chat_id", ForeignKey("chats.id"), nullable=False, index=True),
    Column("message_id", String, nullable=False),  # the branch up to here is shown
    Column("title", String, nullable=False),  # as it was then
    document("cuts"),  # message id -> characters that it had then, of answers that could go on
    moment("created_at", required=True),
    moment("withdrawn_at"),
)

workspace_files = Table(
    "workspace_files",
    metadata,
    identity(),
    _person(),
    _organization(),
    Column("chat_id", ForeignKey("chats.id"), index=True),  # where it was attached, or
    Column("folder_id", ForeignKey("folders.id"), index=True),  # whose chats may read it, or
    Column("assistant_id", ForeignKey("assistants.id"), index=True),
    Column("project_id", ForeignKey("projects.id"), index=True),  # where its vectors are booked; null = it has none
    Column("name", String, nullable=False),
    Column("kind", String),  # pdf, docx, markdown, …, image, audio; null = not known yet
    Column("mime_type", String),  # by its content
    Column("size", BigInteger, nullable=False),  # bytes
    Column("sha256", String, nullable=False, index=True),  # hexadecimal; the blob's name
    Column("state", String, nullable=False),  # reading, ready, failed
    Column("error", Text),  # in words
    Column("note", Text),  # in words, what holds of a file that is ready: what was left out, how it is found
    Column("pages", BigInteger),
    Column("characters", BigInteger),
    Column("embedded_by", String),  # the model of its vectors; null = it has none
    moment("created_at", required=True),
    moment("expires_at"),
    Index("ix_workspace_files_user_id", "user_id"),
    Index("ix_workspace_files_expires_at", "expires_at"),
)

file_passages = Table(
    "file_passages",
    metadata,
    *_sequence(),
    Column("file_id", ForeignKey("workspace_files.id"), nullable=False),
    Column("position", BigInteger, nullable=False),  # from 0, in order
    Column("text", Text, nullable=False),
    Column("page", BigInteger),  # from 1
    Column("line", BigInteger),  # from 1; of a table, its row
    Column("heading", String),  # that it stands under
    Column("time_ms", BigInteger),  # of speech
    Column("starts_at", BigInteger, nullable=False),  # character in the file's text
    Column("vector", LargeBinary),  # little-endian float16, of length 1
    UniqueConstraint("file_id", "position"),
)

training_consents = Table(
    "training_consents",
    metadata,
    identity(),
    _person(),
    _organization(),
    Column("project_id", ForeignKey("projects.id"), nullable=False),
    Column("words", String, nullable=False),  # the version of the text that was agreed to
    moment("given_at", required=True),
    moment("withdrawn_at"),
    Index("ix_training_consents_user_id_project_id", "user_id", "project_id"),
)

content_accesses = Table(
    "content_accesses",
    metadata,
    identity(),
    _person(),  # whose content it is
    _organization(),
    Column("actor_kind", String, nullable=False),
    Column("actor_id", String, nullable=False),
    Column("chat_id", String),  # it may be gone
    Column("reason", String, nullable=False),
    moment("at", required=True),
    Index("ix_content_accesses_user_id", "user_id"),
)
