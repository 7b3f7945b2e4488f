"""An invite's mail: its link waits only while somebody is to get it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.api.organization.stand import CONFIGURATION, Stand, standing
from tokenry.storage import tables

pytestmark = pytest.mark.anyio
MAIL = '[mail]\nhost = "127.0.0.1"\nport = 9\ntls = "none"\nfrom_address = "tokenry@example.org"\n'
ASKED = {"email": "new@example.org", "role": "reader"}


def mails(stand: Stand) -> list[Any]:
    with stand.house.desk.db.read() as connection:
        return list(connection.execute(tables.deliveries.select()))


async def test_a_mail_waits_and_is_taken_back_with_the_invite(tmp_path: Path) -> None:
    async with standing(tmp_path, MAIL + CONFIGURATION) as stand:
        owner = stand.ours.keys["owner"]
        made = (await stand.ask("POST", "/v1/organization/invites", owner, json=ASKED)).json()
        (mail,) = mails(stand)
        assert (mail.target, mail.state) == ("new@example.org", "waiting")
        assert made["token"] in str(mail.private)
        assert (await stand.ask("DELETE", f"/v1/organization/invites/{made['id']}", owner)).status_code == 200
        (mail,) = mails(stand)
        assert (mail.state, mail.private) == ("failed", {})


async def test_without_a_mail_server_no_link_lies_about(stand: Stand) -> None:
    made = await stand.ask("POST", "/v1/organization/invites", stand.ours.keys["owner"], json=ASKED)
    assert made.json()["url"].endswith("/invite/" + made.json()["token"])
    assert mails(stand) == []
