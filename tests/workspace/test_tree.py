"""The tree of a chat under anything people do to it: what SQL walks is what the pure rules say, and nothing is lost."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.workspace.office import PROJECT, THEIRS, Office
from tokenry.base.errors import NotFound
from tokenry.base.ids import new_id
from tokenry.storage import tables
from tokenry.workspace import NewChat, Parameters, Question, again, ask, create_chat, walk
from tokenry.workspace.asking import Wanted
from tokenry.workspace.chats import Chats
from tokenry.workspace.messages import Messages
from tokenry.workspace.tree import Parents, branch, siblings, tip

STEPS = st.lists(st.tuples(st.sampled_from(["send", "edit", "again", "walk"]), st.integers(0, 40)), max_size=14)


class Talk:
    """One chat in the database, and what it ought to be."""

    def __init__(self, office: Office) -> None:
        self.office, self.whose = office, office.whose("ada")
        self.chats, self.messages = Chats(office.db), Messages(office.db)
        with office.db.write() as connection:
            self.id = create_chat(connection, self.whose, NewChat(project_id=PROJECT), office.clock.now_ns()).id
        self.parents: dict[str, str | None] = {}
        self.roles: dict[str, str] = {}
        self.head: str | None = None

    def wanted(self) -> Wanted:
        now_ns = self.office.clock.now_ns()
        return Wanted(model="m", parameters=Parameters(), request_id=new_id("req"), at_ns=now_ns)

    def step(self, kind: str, number: int) -> None:
        answers = [one for one, role in self.roles.items() if role == "assistant"]
        questions = [one for one, role in self.roles.items() if role == "user"]
        with self.office.db.write() as connection:
            if kind == "again" and questions:
                question = questions[number % len(questions)]
                pair = again(connection, self.whose, self.id, question, self.wanted())
            elif kind == "walk" and self.parents:
                at = list(self.parents)[number % len(self.parents)]
                walk(connection, self.whose, self.id, at)
                self.head = tip(self.parents, at)
                return
            else:
                parent = ([None, *answers])[number % (len(answers) + 1)] if kind == "edit" else self.head
                said = Question(text="q", parent=parent) if kind == "edit" else Question(text="q")
                pair = ask(connection, self.whose, self.id, said, self.wanted())
                self.parents[pair.question.id], self.roles[pair.question.id] = parent, "user"
            table = tables.chat_messages
            connection.execute(table.update().where(table.c.id == pair.answer.id), {"state": "complete"})
        self.parents[pair.answer.id], self.roles[pair.answer.id] = pair.question.id, "assistant"
        self.head = pair.answer.id

    def check(self) -> None:
        assert self.chats.get(self.whose, self.id).head_id == self.head
        if self.head is None:
            return
        self._check_branch(self.head)
        for one in self.parents:
            assert self.messages.get(self.whose, self.id, one).siblings == tuple(siblings(self.parents, one))

    def _check_branch(self, end: str) -> None:
        """Page by page upwards it is the branch, and every message of it is there once."""
        found: list[str] = []
        before, more = None, True
        while more:
            page, more = self.messages.page(self.whose, self.id, end if before is None else None, before, 3)
            found = [message.id for message in page] + found
            before = found[0]
        assert found == branch(self.parents, end)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(STEPS)
def test_whatever_people_do(office: Office, steps: list[tuple[str, int]]) -> None:
    talk = Talk(office)
    for kind, number in steps:
        talk.step(kind, number)
    talk.check()


@given(st.lists(st.integers(0, 100), min_size=1, max_size=60))
def test_the_rules_alone(numbers: list[int]) -> None:
    """Random trees: a tip lies below, is a leaf, and its branch leads through where it was asked from."""
    parents: dict[str, str | None] = {}
    for place, number in enumerate(numbers):
        parents[str(place)] = None if number % (place + 1) == place else str(number % (place + 1))
    for one in parents:
        end = tip(parents, one)
        way = branch(parents, end)
        assert one in way
        assert end not in parents.values()
        assert way[0] in [root for root, above in parents.items() if above is None]
        assert one in siblings(parents, one)
        _newest(parents, one, way)


def _newest(parents: Parents, one: str, way: list[str]) -> None:
    for above, below in zip(way[way.index(one) :], way[way.index(one) + 1 :], strict=False):
        assert [other for other, parent in parents.items() if parent == above][-1] == below


def test_a_chat_of_somebody_else_has_no_messages(office: Office) -> None:
    talk = Talk(office)
    talk.step("send", 0)
    for whose in (office.whose("bob"), office.whose("ada", THEIRS)):
        with pytest.raises(NotFound):
            talk.chats.get(whose, talk.id)
        with pytest.raises(NotFound):
            talk.messages.page(whose, talk.id, None, None, 5)
        with pytest.raises(NotFound):
            talk.messages.get(whose, talk.id, str(talk.head))
