"""Chats through the public API: asked, watched, read back, answered again, stopped, gone on, walked, deleted."""

from __future__ import annotations

import pytest

from tests.api.organization.stand import Stand
from tests.api.workspace.chatting import Person, fund

pytestmark = pytest.mark.anyio


@pytest.fixture(autouse=True)
async def money(stand: Stand) -> None:
    await fund(stand)


async def test_a_chat_from_the_first_word_to_the_last(stand: Stand) -> None:
    anna = Person(stand)
    chat = await anna.chat()
    sent = await anna.send(chat, "hello there, house", model="chatty")
    assert sent["message"]["role"] == "user"
    assert sent["answer"]["state"] == "running"
    assert sent["answer"]["parent_id"] == sent["message"]["id"]
    told = await anna.events(chat, sent["answer"]["id"])
    last = told[-1][1]["message"]
    assert told[-1][1]["type"] == "message"
    assert (last["state"], last["text"]) == ("complete", "scripted: hello there, house")
    assert last["charge_nanousd"] > 0
    assert last["seen_by"] == [{"provider": "script", "place": "house", "engine": "scripted"}]
    page = await anna.ask("GET", f"/{chat}/messages")
    assert [one["id"] for one in page["data"]] == [sent["message"]["id"], last["id"]]
    assert page["data"][1] == last
    shown = await anna.ask("GET", f"/{chat}")
    assert shown["charge_nanousd"] == last["charge_nanousd"]
    assert (shown["title"], shown["title_by"]) == ("hello there, house", "machine")
    receipts = (await anna.ask("GET", f"/{chat}/messages/{last['id']}/receipts"))["data"]
    assert [one["charge_nanousd"] for one in receipts] == [last["charge_nanousd"]]
    assert receipts[0]["user_id"] == stand.ours.users["project_member"]


async def test_again_and_edit_make_branches_and_walking_is_remembered(stand: Stand) -> None:
    anna = Person(stand)
    chat = await anna.chat(model="chatty")
    first = await anna.say(chat, "one")
    again = await anna.ask("POST", f"/{chat}/messages/{first['parent_id']}/answers")
    assert again["siblings"] == [first["id"], again["id"]]
    await anna.events(chat, again["id"])
    follow = await anna.say(chat, "two")
    edited = await anna.say(chat, "uno", parent_id=None)
    walked = await anna.ask("POST", f"/{chat}/head", message_id=first["parent_id"])
    assert walked["head_id"] == follow["id"]
    page = (await anna.ask("GET", f"/{chat}/messages"))["data"]
    assert [one["text"] for one in page] == ["one", "scripted: one", "two", "scripted: two"]
    assert page[0]["siblings"] == [first["parent_id"], edited["parent_id"]]
    assert page[1]["id"] == again["id"]


async def test_stop_keeps_what_was_said_and_it_can_go_on(stand: Stand) -> None:
    anna = Person(stand)
    chat = await anna.chat(model="chatty")
    sent = await anna.send(chat, "[[words=50; delay_ms=5]]")
    await anna.hears(sent["answer"]["id"])
    stopped = await anna.ask("POST", f"/{chat}/messages/{sent['answer']['id']}/stop")
    assert stopped["state"] == "stopped"
    assert stopped["text"].startswith("one")
    assert stopped["charge_nanousd"] > 0
    going = await anna.ask("POST", f"/{chat}/messages/{stopped['id']}/continue")
    assert (going["state"], going["id"]) == ("running", stopped["id"])
    told = await anna.events(chat, stopped["id"], after=len(stopped["text"]))
    more = "".join(data["text"] for _, data in told if data["type"] == "text")
    whole = told[-1][1]["message"]
    assert whole["text"] == stopped["text"] + more
    assert len(whole["request_ids"]) == 2
    receipts = (await anna.ask("GET", f"/{chat}/messages/{stopped['id']}/receipts"))["data"]
    assert sum(one["charge_nanousd"] for one in receipts) == whole["charge_nanousd"]
    assert (await anna.ask("GET", f"/{chat}"))["charge_nanousd"] == whole["charge_nanousd"]
