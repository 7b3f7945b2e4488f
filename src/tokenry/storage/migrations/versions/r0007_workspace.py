"""The workspace: chats, folders, prompts, assistants, files with their passages, shares, consents; and passkeys."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from tokenry.storage.migrations.columns import bytes_column, json_column, number_column, text_column

revision = "r0007"
down_revision = "r0006"


def upgrade() -> None:
    """Move the schema one step on."""
    _passkeys()
    op.add_column("assignments", json_column("draft"))
    _workspace_keys()
    _folders()
    _prompts()
    _assistants()
    _chats()
    _chat_messages()
    _chat_shares()
    _workspace_files()
    _file_passages()
    _training_consents()
    _content_accesses()
    _workspace_policies()
    _content_grants()
    _training_handings()
    _full_text()


def _passkeys() -> None:
    op.create_table(
        "passkeys",
        text_column("id", required=True),
        text_column("user_id", required=True),
        bytes_column("credential_id", required=True),
        bytes_column("public_key", required=True),
        number_column("sign_count", required=True),
        text_column("name", required=True),
        json_column("transports"),
        sa.Column("backed_up", sa.Boolean(), nullable=False),
        number_column("created_at", required=True),
        number_column("used_at"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_passkeys_user_id"),
        sa.PrimaryKeyConstraint("id", name="pk_passkeys"),
        sa.UniqueConstraint("credential_id", name="uq_passkeys_credential_id"),
    )
    op.create_index("ix_passkeys_user_id", "passkeys", ["user_id"])


def _workspace_keys() -> None:
    op.create_table(
        "workspace_keys",
        text_column("user_id", required=True),
        text_column("project_id", required=True),
        text_column("key_id", required=True),
        number_column("created_at", required=True),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_workspace_keys_user_id"),
        sa.ForeignKeyConstraint(["project_id"], ["projects.id"], name="fk_workspace_keys_project_id"),
        sa.ForeignKeyConstraint(["key_id"], ["api_keys.id"], name="fk_workspace_keys_key_id"),
        sa.PrimaryKeyConstraint("user_id", "project_id", name="pk_workspace_keys"),
    )


def _folders() -> None:
    op.create_table(
        "folders",
        text_column("id", required=True),
        text_column("user_id", required=True),
        text_column("organization_id", required=True),
        text_column("name", required=True),
        sa.Column("instructions", sa.Text(), nullable=True),
        number_column("created_at", required=True),
        number_column("updated_at", required=True),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_folders_user_id"),
        sa.ForeignKeyConstraint(["organization_id"], ["organizations.id"], name="fk_folders_organization_id"),
        sa.PrimaryKeyConstraint("id", name="pk_folders"),
    )
    op.create_index("ix_folders_user_id", "folders", ["user_id"])


def _prompts() -> None:
    op.create_table(
        "prompts",
        text_column("id", required=True),
        text_column("user_id", required=True),
        text_column("organization_id", required=True),
        text_column("name", required=True),
        text_column("title", required=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("shared", sa.Boolean(), nullable=False),
        number_column("created_at", required=True),
        number_column("updated_at", required=True),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_prompts_user_id"),
        sa.ForeignKeyConstraint(["organization_id"], ["organizations.id"], name="fk_prompts_organization_id"),
        sa.PrimaryKeyConstraint("id", name="pk_prompts"),
        sa.UniqueConstraint("user_id", "organization_id", "name", name="uq_prompts_user_id_organization_id_name"),
    )
    op.create_index("ix_prompts_organization_id_user_id", "prompts", ["organization_id", "user_id"])


def _assistants() -> None:
    op.create_table(
        "assistants",
        text_column("id", required=True),
        text_column("user_id", required=True),
        text_column("organization_id", required=True),
        text_column("kind", required=True),
        text_column("name", required=True),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("instructions", sa.Text(), nullable=True),
        text_column("model"),
        json_column("parameters"),
        text_column("language"),
        json_column("glossary"),
        sa.Column("shared", sa.Boolean(), nullable=False),
        number_column("created_at", required=True),
        number_column("updated_at", required=True),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_assistants_user_id"),
        sa.ForeignKeyConstraint(["organization_id"], ["organizations.id"], name="fk_assistants_organization_id"),
        sa.PrimaryKeyConstraint("id", name="pk_assistants"),
    )
    op.create_index("ix_assistants_organization_id_user_id", "assistants", ["organization_id", "user_id"])


def _chats() -> None:
    op.create_table(
        "chats",
        text_column("id", required=True),
        text_column("user_id", required=True),
        text_column("organization_id", required=True),
        text_column("project_id", required=True),
        text_column("folder_id"),
        text_column("assistant_id"),
        text_column("title", required=True),
        text_column("title_by"),
        text_column("model"),
        sa.Column("system", sa.Text(), nullable=True),
        json_column("parameters"),
        sa.Column("temporary", sa.Boolean(), nullable=False),
        sa.Column("pinned", sa.Boolean(), nullable=False),
        sa.Column("archived", sa.Boolean(), nullable=False),
        text_column("head_id"),
        number_column("charge_nanousd", required=True),
        number_column("charge_tokens", required=True),
        number_column("created_at", required=True),
        number_column("updated_at", required=True),
        number_column("expires_at"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_chats_user_id"),
        sa.ForeignKeyConstraint(["organization_id"], ["organizations.id"], name="fk_chats_organization_id"),
        sa.ForeignKeyConstraint(["project_id"], ["projects.id"], name="fk_chats_project_id"),
        sa.ForeignKeyConstraint(["folder_id"], ["folders.id"], name="fk_chats_folder_id"),
        sa.PrimaryKeyConstraint("id", name="pk_chats"),
    )
    op.create_index("ix_chats_expires_at", "chats", ["expires_at"])
    op.create_index("ix_chats_folder_id", "chats", ["folder_id"])
    op.create_index("ix_chats_project_id", "chats", ["project_id"])
    op.create_index("ix_chats_user_id_updated_at", "chats", ["user_id", "updated_at"])


def _chat_messages() -> None:
    op.create_table(
        "chat_messages",
        sa.Column("seq", sa.Integer(), nullable=False),
        text_column("id", required=True),
        text_column("chat_id", required=True),
        text_column("parent_id"),
        text_column("client_id"),
        text_column("role", required=True),
        text_column("state", required=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("reasoning", sa.Text(), nullable=True),
        json_column("files"),
        json_column("sources"),
        text_column("model"),
        json_column("parameters"),
        json_column("seen_by"),
        json_column("request_ids"),
        number_column("input_tokens"),
        number_column("output_tokens"),
        number_column("charge_nanousd"),
        number_column("charge_tokens"),
        number_column("omitted"),
        json_column("error"),
        number_column("created_at", required=True),
        number_column("ended_at"),
        sa.ForeignKeyConstraint(["chat_id"], ["chats.id"], name="fk_chat_messages_chat_id"),
        sa.PrimaryKeyConstraint("seq", name="pk_chat_messages"),
        sa.UniqueConstraint("chat_id", "client_id", name="uq_chat_messages_chat_id_client_id"),
        sa.UniqueConstraint("id", name="uq_chat_messages_id"),
    )
    op.create_index("ix_chat_messages_chat_id_parent_id", "chat_messages", ["chat_id", "parent_id"])
    op.create_index("ix_chat_messages_state", "chat_messages", ["state"])


def _chat_shares() -> None:
    op.create_table(
        "chat_shares",
        text_column("id", required=True),
        text_column("user_id", required=True),
        text_column("organization_id", required=True),
        text_column("chat_id", required=True),
        text_column("message_id", required=True),
        text_column("title", required=True),
        json_column("cuts"),
        number_column("created_at", required=True),
        number_column("withdrawn_at"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_chat_shares_user_id"),
        sa.ForeignKeyConstraint(["organization_id"], ["organizations.id"], name="fk_chat_shares_organization_id"),
        sa.ForeignKeyConstraint(["chat_id"], ["chats.id"], name="fk_chat_shares_chat_id"),
        sa.PrimaryKeyConstraint("id", name="pk_chat_shares"),
    )
    op.create_index("ix_chat_shares_chat_id", "chat_shares", ["chat_id"])


def _workspace_files() -> None:
    op.create_table(
        "workspace_files",
        text_column("id", required=True),
        text_column("user_id", required=True),
        text_column("organization_id", required=True),
        text_column("chat_id"),
        text_column("folder_id"),
        text_column("assistant_id"),
        text_column("project_id"),
        text_column("name", required=True),
        text_column("kind"),
        text_column("mime_type"),
        number_column("size", required=True),
        text_column("sha256", required=True),
        text_column("state", required=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        number_column("pages"),
        number_column("characters"),
        text_column("embedded_by"),
        number_column("created_at", required=True),
        number_column("expires_at"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_workspace_files_user_id"),
        sa.ForeignKeyConstraint(["organization_id"], ["organizations.id"], name="fk_workspace_files_organization_id"),
        sa.ForeignKeyConstraint(["chat_id"], ["chats.id"], name="fk_workspace_files_chat_id"),
        sa.ForeignKeyConstraint(["folder_id"], ["folders.id"], name="fk_workspace_files_folder_id"),
        sa.ForeignKeyConstraint(["assistant_id"], ["assistants.id"], name="fk_workspace_files_assistant_id"),
        sa.ForeignKeyConstraint(["project_id"], ["projects.id"], name="fk_workspace_files_project_id"),
        sa.PrimaryKeyConstraint("id", name="pk_workspace_files"),
    )
    op.create_index("ix_workspace_files_assistant_id", "workspace_files", ["assistant_id"])
    op.create_index("ix_workspace_files_chat_id", "workspace_files", ["chat_id"])
    op.create_index("ix_workspace_files_expires_at", "workspace_files", ["expires_at"])
    op.create_index("ix_workspace_files_folder_id", "workspace_files", ["folder_id"])
    op.create_index("ix_workspace_files_project_id", "workspace_files", ["project_id"])
    op.create_index("ix_workspace_files_sha256", "workspace_files", ["sha256"])
    op.create_index("ix_workspace_files_user_id", "workspace_files", ["user_id"])


def _file_passages() -> None:
    op.create_table(
        "file_passages",
        sa.Column("seq", sa.Integer(), nullable=False),
        text_column("id", required=True),
        text_column("file_id", required=True),
        number_column("position", required=True),
        sa.Column("text", sa.Text(), nullable=False),
        number_column("page"),
        number_column("line"),
        text_column("heading"),
        number_column("time_ms"),
        number_column("starts_at", required=True),
        bytes_column("vector"),
        sa.ForeignKeyConstraint(["file_id"], ["workspace_files.id"], name="fk_file_passages_file_id"),
        sa.PrimaryKeyConstraint("seq", name="pk_file_passages"),
        sa.UniqueConstraint("file_id", "position", name="uq_file_passages_file_id_position"),
        sa.UniqueConstraint("id", name="uq_file_passages_id"),
    )


def _training_consents() -> None:
    op.create_table(
        "training_consents",
        text_column("id", required=True),
        text_column("user_id", required=True),
        text_column("organization_id", required=True),
        text_column("project_id", required=True),
        text_column("words", required=True),
        number_column("given_at", required=True),
        number_column("withdrawn_at"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_training_consents_user_id"),
        sa.ForeignKeyConstraint(["organization_id"], ["organizations.id"], name="fk_training_consents_organization_id"),
        sa.ForeignKeyConstraint(["project_id"], ["projects.id"], name="fk_training_consents_project_id"),
        sa.PrimaryKeyConstraint("id", name="pk_training_consents"),
    )
    op.create_index("ix_training_consents_user_id_project_id", "training_consents", ["user_id", "project_id"])


def _content_accesses() -> None:
    op.create_table(
        "content_accesses",
        text_column("id", required=True),
        text_column("user_id", required=True),
        text_column("organization_id", required=True),
        text_column("actor_kind", required=True),
        text_column("actor_id", required=True),
        text_column("chat_id"),
        text_column("reason", required=True),
        number_column("at", required=True),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_content_accesses_user_id"),
        sa.ForeignKeyConstraint(["organization_id"], ["organizations.id"], name="fk_content_accesses_organization_id"),
        sa.PrimaryKeyConstraint("id", name="pk_content_accesses"),
    )
    op.create_index("ix_content_accesses_user_id", "content_accesses", ["user_id"])


def _workspace_policies() -> None:
    op.create_table(
        "workspace_policies",
        text_column("place_id", required=True),
        text_column("organization_id", required=True),
        number_column("chat_keep_days"),
        number_column("temporary_keep_days"),
        text_column("training"),
        number_column("updated_at", required=True),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name="fk_workspace_policies_organization_id"
        ),
        sa.PrimaryKeyConstraint("place_id", name="pk_workspace_policies"),
    )


def _content_grants() -> None:
    op.create_table(
        "content_grants",
        text_column("id", required=True),
        text_column("user_id", required=True),
        text_column("organization_id", required=True),
        text_column("reader_id", required=True),
        text_column("granted_by", required=True),
        text_column("reason", required=True),
        number_column("granted_at", required=True),
        number_column("expires_at", required=True),
        number_column("withdrawn_at"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_content_grants_user_id"),
        sa.ForeignKeyConstraint(["organization_id"], ["organizations.id"], name="fk_content_grants_organization_id"),
        sa.ForeignKeyConstraint(["reader_id"], ["users.id"], name="fk_content_grants_reader_id"),
        sa.PrimaryKeyConstraint("id", name="pk_content_grants"),
    )
    op.create_index("ix_content_grants_reader_id", "content_grants", ["reader_id"])
    op.create_index("ix_content_grants_user_id", "content_grants", ["user_id"])


def _training_handings() -> None:
    op.create_table(
        "training_handings",
        text_column("consent_id", required=True),
        text_column("message_id", required=True),
        text_column("taker", required=True),
        number_column("handed_at", required=True),
        sa.ForeignKeyConstraint(["consent_id"], ["training_consents.id"], name="fk_training_handings_consent_id"),
        sa.PrimaryKeyConstraint("consent_id", "message_id", "taker", name="pk_training_handings"),
    )


def _full_text() -> None:
    """Words of messages and passages. `rowid` is the `seq` of the row; texts lie here a second time, for snippets.

    `places` holds whose the words are and which file's, as words that the index knows: else a search would walk through
    what everybody else has.
    """
    how = "fts5(text, places, tokenize = 'unicode61 remove_diacritics 2')"
    for name in ("chat_search", "passage_search"):
        op.execute(f"CREATE VIRTUAL TABLE {name} USING {how}")
