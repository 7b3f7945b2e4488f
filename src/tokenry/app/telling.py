"""Sends what people are to be told, for as long as we serve. Knows which settings and secrets that takes."""

from __future__ import annotations

from tokenry.app.house import House
from tokenry.config import environ, secret
from tokenry.notify import Caller, Mailer, Post, Sender


async def tell_people(house: House) -> None:
    """Carry what waits, under the configuration in force, until this is cancelled."""
    caller = Caller()
    post = Post(house.clock, caller, Mailer(lambda name: secret(environ(), name)))
    try:
        await Sender(house.notices, post, lambda: house.config).run()
    finally:
        caller.close()
