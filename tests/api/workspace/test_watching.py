"""An answer is the server's: two browsers see the same, one that comes back misses nothing, one that leaves ends
nothing; many at once get each their own; and what all of it cost is what the ledger says.
"""

from __future__ import annotations

import asyncio

import pytest

from tests.api.organization.stand import Stand
from tests.api.workspace.chatting import Person, fund
from tokenry.storage import tables

pytestmark = pytest.mark.anyio


@pytest.fixture(autouse=True)
async def money(stand: Stand) -> None:
    await fund(stand)


def text_of(told: list[tuple[int, dict[str, object]]]) -> str:
    return "".join(str(data["text"]) for _, data in told if data["type"] == "text")


async def test_two_tabs_see_the_same_and_one_may_close(stand: Stand) -> None:
    anna = Person(stand)
    chat = await anna.chat(model="chatty")
    sent = await anna.send(chat, "[[delay_ms=2; reasoning=let me see]]")
    answer = sent["answer"]["id"]
    run = stand.serving.workspace.runs.run(answer)
    assert run is not None
    closed = asyncio.create_task(anna.events(chat, answer))
    both = [asyncio.create_task(anna.events(chat, answer)) for _ in range(2)]
    await anna.hears(answer)
    closed.cancel()
    first, second = await asyncio.gather(*both)
    assert text_of(first) == text_of(second) == first[-1][1]["message"]["text"]
    assert first[-1] == second[-1]
    reasoned = "".join(str(data["text"]) for _, data in first if data["type"] == "reasoning")
    assert reasoned == first[-1][1]["message"]["reasoning"] == "let me see"
    positions = [position for position, _ in first]
    assert positions == sorted(positions)
    assert run.watchers == 0


async def test_who_comes_back_misses_nothing(stand: Stand) -> None:
    anna = Person(stand)
    chat = await anna.chat(model="chatty")
    answer = (await anna.send(chat, "[[words=40; delay_ms=3]]"))["answer"]["id"]
    await anna.hears(answer)
    seen = await anna.ask("GET", f"/{chat}/messages/{answer}")
    assert seen["state"] == "running"
    assert seen["position"] == len(seen["text"]) > 0
    told = await anna.events(chat, answer, after=seen["position"])
    whole = told[-1][1]["message"]
    assert seen["text"] + text_of(told) == whole["text"]
    assert whole["position"] is None
    assert await anna.events(chat, answer) == [(len(whole["text"]), {"type": "message", "message": whole})]


async def test_sent_twice_under_one_name_is_asked_once(stand: Stand) -> None:
    anna = Person(stand)
    chat = await anna.chat(model="chatty")
    first, second = await asyncio.gather(
        *[anna.send(chat, "once", client_id="tab-1") for _ in range(2)]
    )  # fmt: skip
    assert first["message"]["id"] == second["message"]["id"]
    assert first["answer"]["id"] == second["answer"]["id"]
    await anna.events(chat, first["answer"]["id"])
    third = await anna.send(chat, "once", client_id="tab-1")
    assert third["answer"]["state"] == "complete"
    assert len((await anna.ask("GET", f"/{chat}/messages"))["data"]) == 2


async def test_two_tabs_that_ask_at_once_lose_nothing(stand: Stand) -> None:
    anna = Person(stand)
    chat = await anna.chat(model="chatty")
    above = (await anna.say(chat, "begin"))["id"]
    sent = await asyncio.gather(*[anna.send(chat, f"tab {number}", parent_id=above) for number in range(3)])
    for one in sent:
        await anna.events(chat, one["answer"]["id"])
    ids = sorted(one["message"]["id"] for one in sent)
    for number, one in enumerate(sent):
        branch = (await anna.ask("GET", f"/{chat}/messages?head={one['answer']['id']}"))["data"]
        assert [message["text"] for message in branch][2:] == [f"tab {number}", f"scripted: tab {number}"]
        assert sorted(branch[2]["siblings"]) == ids
    assert (await anna.ask("GET", f"/{chat}"))["head_id"] in {one["answer"]["id"] for one in sent}


async def test_many_at_once_and_what_they_cost(stand: Stand) -> None:
    """The sum over a chat's messages, its own sum, the receipts and what the ledger says of its key are one number."""
    people = [Person(stand, role) for role in ("project_member", "project_owner", "owner", "admin")]
    project = stand.ours.projects[0].id
    chats = [(one, await one.chat(model="chatty", project_id=project)) for one in people for _ in range(4)]

    async def talk(person: Person, chat: str, number: int) -> None:
        first = await person.say(chat, f"words of {number}")
        assert first["text"] == f"scripted: words of {number}"
        again = await person.ask("POST", f"/{chat}/messages/{first['parent_id']}/answers")
        await person.events(chat, again["id"])
        cut = await person.send(chat, "[[words=30; delay_ms=1]]")
        await person.ask("POST", f"/{chat}/messages/{cut['answer']['id']}/stop")
        await person.ask("POST", f"/{chat}/messages/{cut['answer']['id']}/continue")
        await person.events(chat, cut["answer"]["id"])

    await asyncio.gather(*[talk(person, chat, number) for number, (person, chat) in enumerate(chats)])
    whole, ledger = 0, stand.house.ledger
    for _, chat in chats:
        with stand.house.desk.db.read() as connection:
            row = connection.execute(tables.chats.select().where(tables.chats.c.id == chat)).one()
            query = tables.chat_messages.select().where(tables.chat_messages.c.chat_id == chat)
            messages = connection.execute(query).all()
        receipts = [ledger.receipt(one) for message in messages for one in message.request_ids or ()]
        charged = sum(one.charge for one in receipts if one is not None)  # what is stopped soon enough was never asked
        assert charged == row.charge_nanousd == sum(message.charge_nanousd or 0 for message in messages) > 0
        whole += charged
    award = next(one for one in ledger.books.awards.values() if one.name == "for chats")
    assert ledger.books.accounts[award.account].debits_posted == whole
    assert not list(ledger.running())


async def test_what_a_crash_leaves_is_broken_charged_and_can_go_on(stand: Stand) -> None:
    """As a start finds it: the row of a checkpoint, and a receipt that tells what the request was charged."""
    anna, runs = Person(stand), stand.serving.workspace.runs
    chat = await anna.chat(model="chatty")
    answer = (await anna.send(chat, "[[words=60; delay_ms=2]]"))["answer"]["id"]
    await anna.hears(answer)
    await runs.checkpoint()
    row = kept(stand, answer)
    assert row.state == "running"
    assert row.text.startswith("one")
    whole = (await anna.events(chat, answer))[-1][1]["message"]
    undone = {"state": "running", "text": row.text, "charge_nanousd": None, "ended_at": None}
    with stand.house.desk.db.write() as connection:
        table, chats = tables.chat_messages, tables.chats
        connection.execute(table.update().where(table.c.id == answer), undone)
        connection.execute(chats.update().where(chats.c.id == chat), {"charge_nanousd": 0})
    assert (await anna.ask("GET", f"/{chat}/messages/{answer}"))["state"] == "broken", "nobody answers it"
    assert runs.recover() == 1
    assert runs.recover() == 0
    broken = await anna.ask("GET", f"/{chat}/messages/{answer}")
    assert (broken["state"], broken["text"], broken["error"]["code"]) == ("broken", row.text, "server_restarted")
    assert broken["charge_nanousd"] == whole["charge_nanousd"] == (await anna.ask("GET", f"/{chat}"))["charge_nanousd"]
    await anna.ask("POST", f"/{chat}/messages/{answer}/continue")
    ended = (await anna.events(chat, answer))[-1][1]["message"]
    assert ended["state"] == "complete"
    assert ended["text"].startswith(row.text)


async def test_an_engine_that_breaks_off_leaves_what_it_said(stand: Stand) -> None:
    anna = Person(stand)
    chat = await anna.chat(model="chatty")
    broken = await anna.say(chat, "[[words=20; break_after=6]]")
    assert broken["state"] == "broken"
    assert broken["text"].startswith("one")
    assert broken["error"]["message"]
    assert broken["charge_nanousd"] > 0
    cut = await anna.say(await anna.chat(model="chatty"), "[[words=90]]", parameters={"max_output_tokens": 5})
    assert (cut["state"], cut["error"]["code"]) == ("stopped", "length")
    failed = await anna.say(await anna.chat(model="chatty"), "[[error=500]]")
    assert (failed["state"], failed["text"], failed["error"]["code"]) == ("failed", "", "engine_error")


async def test_a_chat_that_is_deleted_while_it_answers(stand: Stand) -> None:
    anna = Person(stand)
    chat = await anna.chat(model="chatty")
    answer = (await anna.send(chat, "[[words=60; delay_ms=5]]"))["answer"]["id"]
    await anna.hears(answer)
    await anna.ask("DELETE", f"/{chat}")
    assert stand.serving.workspace.runs.running == 0
    await anna.ask("GET", f"/{chat}", 404)
    with stand.house.desk.db.read() as connection:
        assert not connection.execute(tables.chat_messages.select()).all()


def kept(stand: Stand, message: str):
    table = tables.chat_messages
    with stand.house.desk.db.read() as connection:
        return connection.execute(table.select().where(table.c.id == message)).one()
