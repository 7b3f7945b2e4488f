"""One of one's own chats to take along: `/v1/tokenry/chats/{chat_id}/export`, as JSON or Markdown."""

from __future__ import annotations

from typing import Literal

from tokenry.api.guarded import Call, Form, Guarded, Query
from tokenry.api.workspace.person import whose
from tokenry.workspace import ChatExport, as_markdown, export_chat


class AskExport(Query, kw_only=True, frozen=True):
    """`format`: JSON holds every branch, Markdown the one that ends in `head` or is shown."""

    format: Literal["json", "markdown"] | None = None
    head: str | None = None


def export(call: Call) -> ChatExport:
    """Export a chat. As JSON with every branch, or as Markdown of the branch that is shown."""
    return export_chat(call.rooms.desk.db, whose(call), call.path["chat_id"], call.query.head)


def _attached(_call: Call, given: ChatExport) -> dict[str, str]:
    """Saved under its id: a title is nobody's file name."""
    return {"content-disposition": f'attachment; filename="{given.id}.md"'}


_MARKDOWN = Form("markdown", "text/markdown; charset=utf-8", lambda _call, given: as_markdown(given), _attached)
ROUTES = (Guarded("GET", "/v1/tokenry/chats/{chat_id}/export", None, export, asks=AskExport, forms=(_MARKDOWN,)),)
