"""Chats, wired: whose key pays, which gateway answers, what a start finds unfinished."""

from __future__ import annotations

from tokenry.app.house import House
from tokenry.base.events import Events
from tokenry.base.logs import get_logger
from tokenry.gateway import Gateway, RequestEnded
from tokenry.workspace import Grounding, Runs, Workspace
from tokenry.workspace import House as OfChats

log = get_logger("tokenry")
UNNAMED = "default"  # what a first start calls an organization that nobody has named


def work_in(house: House, gateway: Gateway, events: Events, grounding: Grounding) -> Workspace:
    """People's chats in a house. What the last process was still answering is told as broken; it can go on."""

    def name_of(organization_id: str) -> str | None:
        organization = house.people.roster.organizations.get(organization_id)
        return None if organization is None or organization.name == UNNAMED else organization.name

    about = OfChats(lambda: house.config, name_of, house.ledger.receipt, grounding)
    runs = Runs(house.desk.db, gateway, house.clock, about)
    events.on(RequestEnded, runs.heard)
    broken = runs.recover()
    if broken:
        log.warning("answers broke off when the server ended; they can go on", answers=broken)
    return Workspace(house.desk.db, house.keys, house.clock, runs)
