"""Search: what one wrote is found, in any words; syntax means nothing; nobody else's and nothing temporary is."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.workspace.office import THEIRS, Office
from tokenry.access import forget_chats
from tokenry.base.errors import InvalidRequest
from tokenry.storage import tables
from tokenry.workspace import note_message, search
from tokenry.workspace.searching import CLOSE, OPEN, expression, pieces


def found(office: Office, query: str, name: str = "ada", **more: int) -> list[str]:
    """The texts of what is found, without marks."""
    hits, _ = search(office.db, office.whose(name), query, more.get("limit", 20), more.get("offset", 0))
    return ["".join(piece.text for piece in hit.snippet) for hit in hits]


def test_words_are_found_in_any_order_form_and_beginning(office: Office) -> None:
    office.chat("ada", ["How do Crème brûlée and photosynthesis differ?", "One is a dessert."])
    for query in ("photosynthesis", "PHOTO", "differ photosynthesis", "creme brulee", '"how do"', "dessert"):
        assert len(found(office, query)) == 1, query
    for query in ("photographs", '"do how"', "photo brick", "", "  ", "?!", '"'):
        assert found(office, query) == [], query
    assert found(office, "photo ") == [], "a blank ends the last word"


@pytest.mark.parametrize(
    "query",
    ["text:x", "places:x", "a OR b", "NOT a", "a NEAR b", "a*b", "(a", "a)", '"a', "^a", "-a", "+a", "{a b}:c",
     "a\x00b", "'; DROP TABLE chats; --", "*", "AND", "OR OR", "NEAR(a b, 2)", "\ud7ff", "a:b:c", "\\", "%",
     "_", "__", "½"],
)  # fmt: skip
def test_no_query_is_syntax(office: Office, query: str) -> None:
    office.chat("ada", ["nothing of this stands here"], title="zero")
    assert found(office, query) == []


@settings(max_examples=80, deadline=None)
@given(query=st.text(max_size=31))
def test_whatever_is_typed_is_an_expression_or_none(query: str) -> None:
    told = expression(query)
    assert told is None or all(part.strip('*"') for part in told.split(" AND "))


def test_queries_have_bounds(office: Office) -> None:
    with pytest.raises(InvalidRequest, match="characters"):
        found(office, "a" * 201)
    with pytest.raises(InvalidRequest, match="words"):
        found(office, " ".join("abcdefghijklmnopq"))
    with pytest.raises(InvalidRequest, match="narrow"):
        found(office, "a", offset=1001)


def test_what_others_wrote_is_never_found(office: Office) -> None:
    office.chat("ada", ["the heliotrope report"], title="heliotrope")
    assert len(found(office, "heliotrope")) == 2  # the title, and the message
    for name, organization in (("bob", None), ("owner", None), ("eve", THEIRS)):
        whose = office.whose(name) if organization is None else office.whose(name, organization)
        assert search(office.db, whose, "heliotrope", 20) == ([], False)
    assert search(office.db, office.whose("ada", THEIRS), "heliotrope", 20) == ([], False)


def test_whose_a_row_is_is_no_word_to_look_for(office: Office) -> None:
    office.chat("ada", ["something"])
    body = office.users["ada"].rpartition("_")[2]
    assert found(office, body) == []
    assert found(office, body + "0" * 25 + "1") == []


def test_temporary_chats_are_not_found(office: Office) -> None:
    office.chat("ada", ["the heliotrope report"], temporary=True, title="heliotrope")
    assert found(office, "heliotrope") == []
    with office.db.read() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM chat_search").scalar_one() == 0


def test_a_chat_that_became_somebody_elses_row_number_shows_nothing(office: Office) -> None:
    """SQLite gives numbers of deleted rows again: a row of the index that was left behind must not open another's."""
    chat = office.chat("ada", ["the heliotrope report"])
    with office.db.write() as connection:
        connection.execute(tables.chat_messages.delete().where(tables.chat_messages.c.chat_id == chat))
    office.chat("bob", ["a secret of bob"])
    assert found(office, "heliotrope") == []
    assert found(office, "secret") == []
    assert found(office, "secret", "bob") == ["a secret of bob"]


def test_an_answer_is_found_when_it_has_ended_and_again_when_it_grew(office: Office) -> None:
    chat = office.chat("ada", ["a question"])
    message = office.say(chat, "a heliotrope", None, role="assistant", state="running")
    assert found(office, "heliotrope") == []
    messages, chats = tables.chat_messages, tables.chats
    for text, words in (("a heliotrope", ["heliotrope"]), ("a heliotrope and a crocus", ["heliotrope", "crocus"])):
        with office.db.write() as connection:
            mine = messages.c.id == message
            connection.execute(messages.update().where(mine), {"state": "complete", "text": text})
            row = connection.execute(messages.select().where(mine)).one()
            note_message(connection, connection.execute(chats.select().where(chats.c.id == chat)).one(), row)
        for word in words:
            assert found(office, word) == [text]


def test_what_is_forgotten_is_not_found_and_not_in_the_index(office: Office) -> None:
    chat = office.chat("ada", ["the heliotrope report"])
    office.chat("ada", ["another report"])
    with office.db.write() as connection:
        assert forget_chats(connection, [chat]) == 1
        left = connection.exec_driver_sql("SELECT text FROM chat_search").all()
    assert [row.text for row in left] == ["another report"]
    assert found(office, "report") == ["another report"]


def test_pages(office: Office) -> None:
    office.chat("ada", [f"report number {number}" for number in range(5)])
    seen = []
    for offset in (0, 2, 4):
        hits, more = search(office.db, office.whose("ada"), "report", 2, offset)
        seen += [hit.message_id for hit in hits]
        assert more is (offset < 4)
    assert len(set(seen)) == 5


def test_titles_come_first_with_what_was_looked_for_marked(office: Office) -> None:
    office.chat("ada", ["the moons of Jupiter"], title="Jupiter's moons <b>")
    (title, message), _ = search(office.db, office.whose("ada"), "moons jup", 20)
    assert (title.message_id, message.message_id is None) == (None, False)
    assert [(piece.text, piece.hit) for piece in title.snippet] == [
        ("Jup", True), ("iter's ", False), ("moons", True), (" <b>", False),
    ]  # fmt: skip
    assert [piece.text for piece in message.snippet if piece.hit] == ["moons", "Jupiter"]


def test_a_snippet_is_cut_at_its_marks_alone() -> None:
    told = pieces(f"a {OPEN}b{CLOSE} <script>{OPEN}c{CLOSE}")
    assert [(piece.text, piece.hit) for piece in told] == [
        ("a ", False), ("b", True), (" <script>", False), ("c", True),
    ]  # fmt: skip
    assert pieces("") == ()
