"""Responses and conversations that are kept: whose they are, what stands before them, when they are over."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from tests.objects.test_ending import DAY_S, Place
from tokenry import config
from tokenry.base.errors import InvalidRequest, NotFound
from tokenry.base.ids import new_id
from tokenry.objects import FileTooLarge, Ground, Keeper, Keeping, Objects, StoredResponse, Wish
from tokenry.objects.conversations import CONVERSATION_ITEMS_MAX, OWN_SIZE
from tokenry.objects.responses import CHAIN_MAX


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    place = Place(tmp_path)
    yield place
    place.db.close()


def response(place: Place, **more: object) -> StoredResponse:
    made = StoredResponse(
        id=new_id("resp"), organization_id=place.principal.organization_id, project_id=place.project,
        key_id=place.principal.key_id, previous_id=None, conversation_id=None, state="completed", background=False,
        body=b'{"output":[]}', input=b"[]", created_at=place.clock.now_ns(),
    )  # fmt: skip
    return msgspec.structs.replace(made, **more)


def keep(place: Place, *responses: StoredResponse) -> None:
    place.objects.responses.keep([Keeping(one) for one in responses])


def chained(place: Place, length: int) -> list[StoredResponse]:
    found: list[StoredResponse] = []
    for _ in range(length):
        found.append(response(place, previous_id=found[-1].id if found else None))
    keep(place, *found)
    return found


def test_a_chain_is_read_from_its_beginning(place: Place) -> None:
    made = chained(place, 3)
    assert place.objects.responses.chain(place.project, made[2].id) == made
    with pytest.raises(NotFound):
        place.objects.responses.chain("proj_other", made[2].id)
    place.objects.responses.delete(place.project, made[0].id)
    with pytest.raises(NotFound):
        place.objects.responses.chain(place.project, made[2].id)


def test_a_chain_that_goes_round_is_refused(place: Place) -> None:
    first, second = response(place), response(place)
    keep(
        place,
        msgspec.structs.replace(first, previous_id=second.id),
        msgspec.structs.replace(second, previous_id=first.id),
    )
    with pytest.raises(InvalidRequest, match="circle"):
        place.objects.responses.chain(place.project, first.id)


def test_a_chain_has_an_end(place: Place) -> None:
    made = chained(place, CHAIN_MAX + 1)
    assert len(place.objects.responses.chain(place.project, made[-2].id)) == CHAIN_MAX
    with pytest.raises(InvalidRequest, match="begin anew"):
        place.objects.responses.chain(place.project, made[-1].id)


def test_what_is_kept_again_becomes_what_it_is_now(place: Place) -> None:
    made = response(place, state="queued", background=True)
    keep(place, made)
    assert place.objects.responses.unfinished() == [made]
    keep(place, msgspec.structs.replace(made, state="completed", body=b'{"output":[1]}'))
    assert place.objects.responses.get(place.project, made.id).body == b'{"output":[1]}'
    assert place.objects.responses.unfinished() == []


def test_an_item_is_found_by_the_response_that_holds_it(place: Place) -> None:
    made = response(place, body=b'{"output":[{"id":"rs_upstream"}]}')
    keep(place, response(place), made)
    assert place.objects.responses.holding(place.project, "rs_upstream") == made
    assert place.objects.responses.holding(place.project, "rs_never") is None
    assert place.objects.responses.holding("proj_other", "rs_upstream") is None


def test_responses_and_conversations_end_by_the_clock(place: Place) -> None:
    made = response(place)
    keep(place, made)
    conversations = place.objects.conversations
    used, idle = (conversations.create(place.principal, {}, [("msg_1", b"{}")]).id for _ in range(2))
    place.clock.advance(s=29 * DAY_S)
    conversations.add(place.project, used, [("msg_2", b"{}")])
    place.clock.advance(s=DAY_S)
    with pytest.raises(NotFound):
        place.objects.responses.get(place.project, made.id)
    with pytest.raises(NotFound):
        conversations.get(place.project, idle)
    assert len(conversations.items(place.project, used)) == 2
    place.objects.sweep()
    assert place.objects.responses.expire() == conversations.expire() == 0
    assert conversations.get(place.project, used).id == used


def test_a_conversation_is_appended_to_in_the_step_that_keeps_the_response(place: Place) -> None:
    conversations = place.objects.conversations
    talk = conversations.create(place.principal, {"a": "b"}, [("msg_1", b"1")]).id
    made = response(place, conversation_id=talk)
    asked = (("msg_2", b"2"), ("msg_3", b"3"))
    place.objects.responses.keep([Keeping(made, asked)])
    place.objects.responses.keep([Keeping(made, asked)])  # as after a crash between the two files
    assert conversations.items(place.project, talk) == [b"1", b"2", b"3"]
    newest = Wish(limit=2)
    assert conversations.page(place.project, talk, newest) == ([b"3", b"2"], True)
    assert conversations.page(place.project, talk, Wish(after="msg_2", limit=2)) == ([b"1"], False)
    assert conversations.page(place.project, talk, Wish(after="msg_2", newest_first=False)) == ([b"3"], False)
    conversations.delete(place.project, talk)
    place.objects.responses.keep(
        [Keeping(msgspec.structs.replace(made, id=new_id("resp")), asked)]
    )  # it is gone: no more


def test_a_conversation_holds_an_item_once_and_not_too_many(place: Place) -> None:
    conversations = place.objects.conversations
    talk = conversations.create(place.principal, {}, [("msg_1", b"1")]).id
    with pytest.raises(InvalidRequest, match="already"):
        conversations.add(place.project, talk, [("msg_2", b"2"), ("msg_1", b"1")])
    with pytest.raises(InvalidRequest, match="at most"):
        conversations.add(place.project, talk, [(f"msg_x{number}", b"") for number in range(CONVERSATION_ITEMS_MAX)])
    assert conversations.items(place.project, talk) == [b"1"]
    with pytest.raises(NotFound):
        conversations.item(place.project, talk, "msg_2")


def test_what_a_project_may_leave_has_an_end(place: Place) -> None:
    small = config.Config(objects=config.Objects(project_size_max=OWN_SIZE + 100))
    place.objects = Objects(Ground(place.db, place.blobs, place.clock, lambda: small))
    place.objects.responses.require_welcome(place.project)
    talk = place.objects.conversations.create(place.principal, {}, [("msg_1", b"x" * 40)]).id
    keep(place, response(place, body=b"y" * 40, input=b"z" * 20))
    with pytest.raises(FileTooLarge, match="project_size_max"):
        place.objects.responses.require_welcome(place.project)
    with pytest.raises(FileTooLarge):
        place.objects.conversations.add(place.project, talk, [("msg_2", b"x")])
    place.objects.conversations.delete_item(place.project, talk, "msg_1")
    place.objects.responses.require_welcome(place.project)


@pytest.mark.anyio
async def test_what_comes_while_a_transaction_runs_is_kept_together() -> None:
    kept: list[list[int]] = []
    begun, go = threading.Event(), threading.Event()

    def keep_all(some: list[int]) -> None:
        kept.append(some)
        begun.set()
        go.wait(5)

    keeper = Keeper[int](keep_all, at_once=3)
    first = asyncio.create_task(keeper.keep(0))
    await asyncio.to_thread(begun.wait, 5)
    others = [asyncio.create_task(keeper.keep(number)) for number in range(1, 6)]
    await asyncio.sleep(0)
    others[0].cancel()  # who waits no longer takes nothing back
    go.set()
    await asyncio.gather(first, *others, return_exceptions=True)
    assert kept == [[0], [1, 2, 3], [4, 5]]


@pytest.mark.anyio
async def test_whoever_was_kept_with_what_fails_is_told() -> None:
    def fails(some: list[int]) -> None:
        raise OSError(len(some))

    keeper = Keeper[int](fails)
    told = await asyncio.gather(*(keeper.keep(number) for number in range(3)), return_exceptions=True)
    assert [type(one) for one in told] == [OSError] * 3


LARGE = 12 * 1024 * 1024


def test_what_stands_before_is_no_larger_than_a_request(place: Place) -> None:
    first = response(place, input=b"[%b]" % (b" " * LARGE))
    second = response(place, previous_id=first.id, input=first.input)
    third = response(place, previous_id=second.id, input=first.input)
    keep(place, first, second, third)
    assert len(place.objects.responses.chain(place.project, second.id)) == 2
    with pytest.raises(InvalidRequest, match="begin anew"):
        place.objects.responses.chain(place.project, third.id)


def test_large_items_of_a_conversation_come_on_short_pages(place: Place) -> None:
    conversations = place.objects.conversations
    made = conversations.create(place.principal, {}, [(f"msg_{n}", b'"%b"' % (b"x" * LARGE)) for n in range(4)])
    bodies, more = conversations.page(place.project, made.id, Wish(newest_first=False))
    assert (len(bodies), more) == (2, True)
    bodies, more = conversations.page(place.project, made.id, Wish(after="msg_1", newest_first=False))
    assert (len(bodies), more) == (2, False)
    bodies, more = conversations.page(place.project, made.id, Wish(after="msg_0", limit=3, newest_first=False))
    assert (len(bodies), more) == (2, True)
    with pytest.raises(InvalidRequest, match="begin anew"):
        conversations.items(place.project, made.id)
    conversations.delete_item(place.project, made.id, "msg_0")
    conversations.delete_item(place.project, made.id, "msg_1")
    assert len(conversations.items(place.project, made.id)) == 2


def test_conversations_with_nothing_in_them_have_their_share_too(place: Place) -> None:
    """Each has a row, with metadata in it: without end they would fill the disk for everybody."""
    small = config.Config(objects=config.Objects(project_size_max=35_000))
    place.objects = Objects(Ground(place.db, place.blobs, place.clock, lambda: small))
    for _ in range(3):
        place.objects.conversations.create(place.principal, {"a": "b"}, [])
    with pytest.raises(FileTooLarge):
        place.objects.conversations.create(place.principal, {"a": "b"}, [])
