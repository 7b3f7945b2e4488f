"""What Alembic runs around each migration. Knows only the connection that `appdb` hands over."""

from __future__ import annotations

from alembic import context
from sqlalchemy import Connection

from tokenry.storage.tables import metadata

connection = context.config.attributes["connection"]
assert isinstance(connection, Connection)

# SQLite cannot alter a column in place: batch mode makes the table anew. The caller's transaction holds it all.
context.configure(connection=connection, target_metadata=metadata, render_as_batch=True)
context.run_migrations()
