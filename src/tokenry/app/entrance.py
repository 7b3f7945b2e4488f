"""Sign-in, wired into the running server: its ways in, its providers, and what is written of sessions now and then."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from tokenry.access import Lives
from tokenry.api.admin import Rooms
from tokenry.api.sign_in import Entry, Pages
from tokenry.app.house import House
from tokenry.base.logs import get_logger
from tokenry.config import Config, environ

SEEN_EVERY_S = 60.0

log = get_logger("tokenry")


class Entrance:
    """The ways in of one running server."""

    def __init__(self, house: House, rooms: Rooms) -> None:
        self._house = house
        self.entry = Entry(rooms)
        self.pages = Pages(self.entry)
        self._leaving: set[asyncio.Task[None]] = set()
        self.put_in_force(house.config, self.stage(house.config))

    def stage(self, config: Config) -> Mapping[str, Any]:
        """The providers of a configuration, before it is in force. Raises TokenryError."""
        if not config.sign_in.oidc:
            return {}
        from tokenry.app.providers import open_providers

        house = self._house
        return open_providers(config, environ(), house.people.roster, house.first.organization.id, house.clock)

    def put_in_force(self, config: Config, staged: Mapping[str, Any]) -> None:
        """Offer these providers from now on; sessions last as the configuration says."""
        gone, self.entry.providers = self.entry.providers, staged
        self._house.sessions.lives = Lives(config.sign_in.idle_s, config.sign_in.session_s)
        for one in gone.values():
            self._later(one.close())  # type: ignore[attr-defined] # those that `stage` opens can be closed

    async def run(self) -> None:
        """Write when sessions were used, again and again."""
        await self.entry.hashing.warm_up()
        while True:
            await asyncio.sleep(SEEN_EVERY_S)
            try:
                await asyncio.to_thread(self._house.sessions.write_seen)
            except Exception as error:  # edge: task supervisor; a busy or full disk is tried again in a minute
                log.error("when sessions were used could not be written", why=str(error))

    async def close(self) -> None:
        """Let go of everything."""
        await asyncio.to_thread(self._house.sessions.write_seen)
        self.put_in_force(self._house.config, {})
        await asyncio.gather(*self._leaving, return_exceptions=True)
        await self.entry.close()

    def _later(self, work: Any) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._leaving.add(task)
        task.add_done_callback(self._leaving.discard)
