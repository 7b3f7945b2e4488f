"""Since when a chat is booked where it is: what was said in it before is another project's."""

from __future__ import annotations

from alembic import op

from tokenry.storage.migrations.columns import number_column

revision = "r0008"
down_revision = "r0007"


def upgrade() -> None:
    """Move the schema one step on."""
    op.add_column("chats", number_column("moved_at"))
