"""The verb `owner link`: a one-time link for an owner to sign in by."""

from __future__ import annotations

import asyncio

from tokenry.api.admin.asked import Asked
from tokenry.api.admin.shown import Json, when
from tokenry.api.rooms import Rooms
from tokenry.api.sign_in.owner import base_url, make_owner_link


class AskOwnerLink(Asked, kw_only=True, frozen=True):
    """For whom: id, name or e-mail address; None = the first owner."""

    user: str | None = None


async def link(rooms: Rooms, ask: AskOwnerLink) -> Json:
    """Make a link."""
    base = base_url(rooms.config.server, rooms.url)
    made = await asyncio.to_thread(make_owner_link, rooms.desk, rooms.people.roster, base, ask.user)
    return {"url": made.url, "user": made.user_id, "expires_at": when(made.expires_at)}
