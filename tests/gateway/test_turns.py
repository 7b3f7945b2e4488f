"""Turns at an engine, against a slow and plain account of the same rules; and what each rule promises by itself."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from tokenry.gateway.turns import PLACES, Place, Ticket, Turns

LOW = ("flex", "batch")
places = st.sampled_from(PLACES)
projects = st.sampled_from("abc")


class Against(RuleBasedStateMachine):
    """The same acts on `Turns` and on lists that say the rules once more."""

    @initialize(slots=st.integers(1, 6), reserve=st.integers(0, 7))
    def begin(self, slots: int, reserve: int) -> None:
        self.turns = Turns(slots, reserve)
        self.slots = slots
        self.of_low = max(1, slots - reserve)
        self.at_work: list[Ticket] = []
        self.line: list[Ticket] = []
        self.order: dict[Place, list[str]] = {place: [] for place in PLACES}  # whose turn it is among projects

    # The account: who has a turn now, by looking at everything anew.

    def low(self) -> int:
        return sum(ticket.width for ticket in self.at_work if ticket.place in LOW)

    def expected(self) -> list[Ticket]:
        served = []
        while self.line:
            place = min((ticket.place for ticket in self.line), key=PLACES.index)
            project = self.order[place][0]
            ticket = next(t for t in self.line if (t.place, t.project_id) == (place, project))
            room = self.slots - sum(t.width for t in self.at_work)
            width = ticket.width
            if place in LOW:
                room, width = min(room, self.of_low - self.low()), min(width, self.of_low)
            if width > room:
                break
            self.line.remove(ticket)
            self.order[place].remove(project)
            if any((t.place, t.project_id) == (place, project) for t in self.line):
                self.order[place].append(project)
            self.at_work.append(ticket)
            served.append(ticket)
        return served

    def agree(self, served: Iterable[Ticket]) -> None:
        expected = self.expected()
        assert list(served) == expected
        assert all(ticket.running for ticket in expected)

    @rule(place=places, project=projects, width=st.integers(1, 8))
    def come(self, place: Place, project: str, width: int) -> None:
        room = self.turns.has_room(place, width)
        if width == 1 and self.turns.take(place):
            assert room
            ticket = Ticket(place, project, running=True)
            assert not self.line, "somebody waits, and a newcomer went before"
            self.at_work.append(ticket)
            return
        ticket = Ticket(place, project, width)
        self.turns.enter(ticket)
        assert ticket.width == min(width, self.of_low if place in LOW else self.slots)
        assert not room or ticket.running
        self.line.append(ticket)
        if project not in self.order[place]:
            self.order[place].append(project)
        self.agree([ticket] if ticket.running else [])

    @precondition(lambda self: self.at_work)
    @rule(data=st.data())
    def go(self, data: st.DataObject) -> None:
        ticket = data.draw(st.sampled_from(self.at_work))
        self.at_work.remove(ticket)
        self.agree(self.turns.give_back(ticket.place, ticket.width))

    @precondition(lambda self: self.line)
    @rule(data=st.data())
    def hang_up(self, data: st.DataObject) -> None:
        ticket = data.draw(st.sampled_from(self.line))
        self.line.remove(ticket)
        if not any((t.place, t.project_id) == (ticket.place, ticket.project_id) for t in self.line):
            self.order[ticket.place].remove(ticket.project_id)
        self.agree(self.turns.leave(ticket))
        assert self.turns.leave(ticket) == []

    @rule(reserve=st.integers(0, 7))
    def reserve(self, reserve: int) -> None:
        self.of_low = max(1, self.slots - reserve)
        self.agree(self.turns.set_reserve(reserve))

    @invariant()
    def bounds(self) -> None:
        if not hasattr(self, "turns"):
            return
        turns = self.turns
        assert turns.busy == sum(ticket.width for ticket in self.at_work) <= self.slots
        assert turns.waiting == len(self.line)
        for place in PLACES:
            assert turns.in_line(place) == sum(ticket.place == place for ticket in self.line)
            assert turns.running[place] == sum(ticket.place == place for ticket in self.at_work)


TestAgainst = Against.TestCase
TestAgainst.settings = settings(max_examples=120, stateful_step_count=40, deadline=None)


@settings(deadline=None)
@given(st.integers(1, 12), st.integers(0, 12), st.lists(st.tuples(places, projects, st.integers(1, 4)), max_size=40))
def test_flex_and_batch_never_take_the_reserve(slots: int, reserve: int, come: list[tuple[Place, str, int]]) -> None:
    turns = Turns(slots, reserve)
    tickets = [Ticket(*one) for one in come]
    for ticket in tickets:
        turns.enter(ticket)
        low = sum(t.width for t in tickets if t.running and t.place in LOW)
        assert low <= max(1, slots - reserve)
        assert sum(t.width for t in tickets if t.running) <= slots


def test_priority_goes_before_all_and_batch_after_all() -> None:
    turns = Turns(1)
    assert turns.take("default")
    tickets = {place: Ticket(place, "a") for place in reversed(PLACES)}
    for ticket in tickets.values():
        turns.enter(ticket)
    assert not turns.take("priority"), "one who waits goes first"
    running: Place = "default"
    for place in PLACES:
        assert turns.give_back(running) == [tickets[place]]
        running = place
    assert turns.give_back(running) == []
    assert turns.busy == turns.waiting == 0


@settings(deadline=None)
@given(st.lists(projects, min_size=1, max_size=60))
def test_projects_that_wait_take_turns(come: list[str]) -> None:
    """While two of them wait, neither has two turns more than the other, whatever each has in line."""
    turns = Turns(1)
    turns.take("default")
    for project in come:
        turns.enter(Ticket("default", project))
    left = {project: come.count(project) for project in come}
    had = dict.fromkeys(left, 0)
    for _ in come:
        (ticket,) = turns.give_back("default")
        left[ticket.project_id] -= 1
        had[ticket.project_id] += 1
        waiting = [project for project, n in left.items() if n]
        assert all(abs(had[a] - had[b]) <= 1 for a in waiting for b in waiting)


def test_a_cancelled_ticket_leaves_no_trace() -> None:
    turns = Turns(1)
    turns.take("default")
    before = repr(vars(turns))
    ticket = Ticket("flex", "a")
    turns.enter(ticket)
    assert turns.leave(ticket) == []
    assert repr(vars(turns)) == before


def test_a_wide_one_that_goes_lets_a_narrow_one_in() -> None:
    turns = Turns(3)
    assert turns.take("default")
    assert turns.take("default")
    wide, narrow = Ticket("default", "a", 2), Ticket("default", "b")
    turns.enter(wide)
    turns.enter(narrow)
    assert not wide.running
    assert not narrow.running, "nobody overtakes"
    assert turns.leave(wide) == [narrow]


def test_a_narrow_way_for_flex_and_batch_even_where_all_is_reserved() -> None:
    turns = Turns(2, reserve=5)
    assert turns.take("batch")
    assert not turns.take("flex")
    assert turns.take("default")


def test_what_is_given_back_twice_is_a_fault() -> None:
    turns = Turns(1)
    turns.take("default")
    turns.give_back("default")
    with pytest.raises(AssertionError):
        turns.give_back("default")
