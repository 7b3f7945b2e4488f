"""Webhooks, deliveries and news over HTTP: what each shows, and to whom."""

from __future__ import annotations

from typing import Any
from xml.etree import ElementTree

import pytest

from tests.api.organization.stand import Stand
from tokenry.access import read_audit
from tokenry.notify import News
from tokenry.storage import tables

pytestmark = pytest.mark.anyio
HOOKS = "/v1/tokenry/webhooks"
URL = "https://hooks.example.org/t"


async def make(stand: Stand, **body: Any) -> dict[str, Any]:
    answer = await stand.ask("POST", HOOKS, stand.ours.keys["owner"], json={"url": URL, **body})
    assert answer.status_code == 200, answer.text
    made: dict[str, Any] = answer.json()
    return made


async def test_a_webhooks_life(stand: Stand) -> None:
    owner = stand.ours.keys["owner"]
    made = await make(stand, types=["invite.sent"])
    one = f"{HOOKS}/{made['id']}"
    assert made["secret"].startswith("whsec_")
    listed = await stand.ask("GET", HOOKS, stand.ours.keys["auditor"])
    assert [hook["id"] for hook in listed.json()["data"]] == [made["id"]]
    assert "whsec_" not in listed.text
    changed = (await stand.ask("POST", one, owner, json={"types": None, "enabled": False})).json()
    assert (changed["types"], changed["enabled"], changed["url"]) == (None, False, URL)
    assert (await stand.ask("POST", one, owner, json={"enabled": True})).json()["enabled"]
    rotated = (await stand.ask("POST", f"{one}/rotate_secret", owner)).json()
    assert rotated["secret"] != made["secret"]
    test = (await stand.ask("POST", f"{one}/test", owner)).json()
    assert (test["type"], test["state"], test["target"]) == ("webhook.test", "waiting", made["id"])
    assert (await stand.ask("DELETE", one, owner)).json()["deleted"] is True
    assert (await stand.ask("GET", one, owner)).status_code == 404
    log = (await stand.ask("GET", "/v1/tokenry/deliveries", owner)).json()["data"]
    assert [(row["state"], row["answer"]) for row in log] == [("failed", "the webhook was deleted")]
    acts = [row for row in read_audit(stand.house.desk.db) if row.type.startswith("webhook.")]
    assert [row.type for row in acts] == [
        "webhook.created", "webhook.updated", "webhook.updated", "webhook.updated", "webhook.tested", "webhook.deleted",
    ]  # fmt: skip
    assert {row.resource_id for row in acts} == {made["id"]}
    assert "whsec_" not in repr(acts)


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"url": "http://hooks.example.org/"}, "https://"),
        ({"url": "https://127.0.0.1/"}, "this machine"),
        ({"url": "https://169.254.169.254/latest/meta-data"}, "link-local"),
        ({"url": URL, "types": ["nonsense"]}, "nonsense"),
        ({"url": URL, "types": []}, "at least one"),
        ({"url": URL, "secret": "mine"}, "secret"),
    ],
)
async def test_webhooks_that_are_refused(stand: Stand, body: dict[str, Any], words: str) -> None:
    answer = await stand.ask("POST", HOOKS, stand.ours.keys["owner"], json=body)
    assert answer.status_code == 400
    assert words in answer.json()["error"]["message"]


async def test_another_organizations_webhooks_and_deliveries_do_not_exist(stand: Stand) -> None:
    made, theirs = await make(stand), stand.theirs.keys["owner"]
    one = f"{HOOKS}/{made['id']}"
    delivery = (await stand.ask("POST", f"{one}/test", stand.ours.keys["owner"])).json()["id"]
    for method, path, body in (
        ("GET", one, None), ("POST", one, {"enabled": False}), ("DELETE", one, None),
        ("POST", f"{one}/rotate_secret", None), ("POST", f"{one}/test", None),
        ("GET", f"/v1/tokenry/deliveries/{delivery}", None),
        ("POST", f"/v1/tokenry/deliveries/{delivery}/replay", None),
    ):  # fmt: skip
        answer = await stand.ask(method, path, theirs, json=body)
        assert answer.status_code == 404, (path, answer.text)
    for path in (HOOKS, "/v1/tokenry/deliveries", "/v1/tokenry/news"):
        assert (await stand.ask("GET", path, theirs)).json()["data"] == []


async def test_a_delivery_is_replayed(stand: Stand) -> None:
    owner = stand.ours.keys["owner"]
    made = await make(stand)
    delivery = (await stand.ask("POST", f"{HOOKS}/{made['id']}/test", owner)).json()["id"]
    table = tables.deliveries
    with stand.house.desk.db.write() as connection:
        connection.execute(table.update(), {"state": "failed", "next_at": None, "ended_at": 1, "attempts": 10})
    answer = await stand.ask("POST", f"/v1/tokenry/deliveries/{delivery}/replay", owner)
    assert (answer.json()["state"], answer.json()["attempts"]) == ("waiting", 0)
    assert answer.json()["news_id"].startswith("evt_")


async def test_who_reads_which_news(stand: Stand) -> None:
    ours, (first, second) = stand.ours, stand.ours.projects
    for name, more in (
        ("all", {}), ("first", {"project_id": first.id}), ("second", {"project_id": second.id}),
        ("member", {"user_id": ours.users["member"]}),
    ):  # fmt: skip
        stand.house.notices.tell(News(ours.id, "budget.threshold_reached", name, {"name": name}, **more))

    async def read(key: str) -> set[str]:
        answer = await stand.ask("GET", "/v1/tokenry/news", key)
        assert answer.status_code == 200, answer.text
        return {row["data"]["name"] for row in answer.json()["data"]}

    for role in ("owner", "admin", "officer", "auditor"):
        assert await read(ours.keys[role]) == {"all", "first", "second", "member"}, role
    assert await read(ours.keys["member"]) == {"member"}
    assert await read(ours.keys["reviewer"]) == set()
    assert await read(ours.keys["project_owner"]) == {"first"}
    assert await read(ours.keys["project_member"]) == set()
    assert await read(stand.project_key(second)) == set()
    assert await read(stand.project_key(first, user_id=ours.users["owner"])) == set(), "keys are in too many hands"


async def test_the_feed_as_atom(stand: Stand) -> None:
    owner = stand.ours.keys["owner"]
    stand.house.notices.tell(News(stand.ours.id, "invite.sent", "x", {"role": "<member>"}))
    for more in ({"params": {"format": "atom"}}, {}):
        headers = {"authorization": f"Bearer {owner}", "accept": "application/atom+xml"}
        answer = await stand.client.get("/v1/tokenry/news", headers=headers, **more)
        assert answer.headers["content-type"].startswith("application/atom+xml")
        feed = ElementTree.fromstring(answer.text)
        assert len(feed.findall("{http://www.w3.org/2005/Atom}entry")) == 1
    assert (await stand.client.get("/v1/tokenry/news", params={"key": owner})).status_code == 401


async def test_metrics_count_deliveries(stand: Stand) -> None:
    stand.house.notices.stats.ended["email", "delivered"] += 2
    stand.house.notices.stats.waiting = 3
    text = stand.serving.observing.metrics.render().decode()
    assert 'tokenry_deliveries_total{channel="email",ended="delivered"} 2' in text
    assert "tokenry_deliveries_waiting 3" in text


async def test_an_invite_that_is_taken_back_is_mailed_no_more(stand: Stand) -> None:
    owner, invites = stand.ours.keys["owner"], "/v1/organization/invites"
    made = await stand.ask("POST", invites, owner, json={"email": "new@example.org", "role": "reader"})
    assert made.status_code == 200, made.text
    occasion = f"invite.sent:{made.json()['id']}"
    with stand.house.desk.db.write() as connection:  # as it would be told where mail is configured
        connection.execute(tables.news.delete().where(tables.news.c.occasion == occasion))
    news = News(stand.ours.id, "invite.sent", occasion, {}, private={"open": "https://x.test/the-token"})
    stand.house.notices.tell(news, ["new@example.org"])
    assert (await stand.ask("DELETE", f"{invites}/{made.json()['id']}", owner)).status_code == 200
    (delivery,) = (await stand.ask("GET", "/v1/tokenry/deliveries", owner)).json()["data"]
    assert (delivery["state"], delivery["answer"]) == ("failed", "the invite was taken back")
    again = await stand.ask("POST", f"/v1/tokenry/deliveries/{delivery['id']}/replay", owner)
    assert again.status_code == 400
