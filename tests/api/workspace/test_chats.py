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


async def test_a_temporary_chat_and_how_it_is_kept(stand: Stand) -> None:
    anna = Person(stand)
    chat = await anna.chat(model="chatty", temporary=True)
    await anna.say(chat, "a rhinoceros")
    shown = await anna.ask("GET", f"/{chat}")
    assert shown["expires_at"] - shown["created_at"] == 86_400
    assert (await anna.ask("GET", ""))["data"] == []
    assert [one["id"] for one in (await anna.ask("GET", "?temporary=true"))["data"]] == [chat]
    search = await stand.ask("GET", "/v1/tokenry/search?q=rhinoceros", anna.key)
    assert search.json()["data"] == []
    kept = await anna.ask("POST", f"/{chat}", temporary=False)
    assert (kept["temporary"], kept["expires_at"]) == (False, None)
    search = await stand.ask("GET", "/v1/tokenry/search?q=rhinoceros", anna.key)
    assert {one["chat_id"] for one in search.json()["data"]} == {chat}
    assert [one["id"] for one in (await anna.ask("GET", ""))["data"]] == [chat]
    await anna.ask("POST", f"/{chat}", 400, temporary=True)


async def test_a_list_in_pages(stand: Stand) -> None:
    anna = Person(stand)
    chats = [await anna.chat(title=f"number {number}") for number in range(5)]
    await anna.ask("POST", f"/{chats[1]}", pinned=True, title="  a   new name ")
    await anna.ask("POST", f"/{chats[2]}", archived=True)
    first = await anna.ask("GET", "?limit=2")
    second = await anna.ask("GET", f"?limit=2&after={first['last_id']}")
    assert [one["id"] for one in (*first["data"], *second["data"])] == [chats[4], chats[3], chats[1], chats[0]]
    assert (first["has_more"], second["has_more"]) == (True, False)
    assert [one["title"] for one in (await anna.ask("GET", "?pinned=true"))["data"]] == ["a new name"]
    assert [one["id"] for one in (await anna.ask("GET", "?archived=true"))["data"]] == [chats[2]]
    await anna.ask("GET", "?after=chat_nosuch", 400)


async def test_what_the_model_is_told(stand: Stand) -> None:
    """By what the engine was sent: house, folder, chat; then the branch that is shown and no other."""
    anna = Person(stand)
    made = await stand.ask(
        "POST", "/v1/tokenry/folders", anna.key, json={"name": "f", "instructions": "[[text=from the folder]]"}
    )
    folder = made.json()["id"]
    chat = await anna.chat(model="chatty", folder_id=folder, parameters={"max_output_tokens": 500})
    assert (await anna.say(chat, "one"))["text"] == "from the folder"
    await anna.ask("POST", f"/{chat}", folder_id=None, system="[[text=from the chat]]")
    assert (await anna.say(chat, "two"))["text"] == "from the chat"
    await anna.ask("POST", f"/{chat}", system=None)
    assert (await anna.say(chat, "three"))["text"] == "scripted: three"


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
