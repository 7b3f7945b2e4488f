"""Rules against an oracle that knows no sets: it asks each list, word by word, as a reader of the page would."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.access.test_policy import ANYONE
from tokenry.access import (
    Group,
    Project,
    Rules,
    compile_rules,
    model_allowed,
    visible_names,
    withheld,
)
from tokenry.access.terms import is_narrower
from tokenry.base.data_class import DATA_CLASSES

PROJECT = Project("proj_1", "org_1", "p", 1, None)
WORDS = ("a", "b", "c", "d")
lists = st.lists(st.sampled_from(WORDS), max_size=3, unique=True).map(tuple)
classes = st.sampled_from([None, *DATA_CLASSES])


def group(models: tuple[str, ...] | None, data_class: str | None) -> Group:
    return Group("grp", "org_1", None, "g", 1, None if models is None else frozenset(models), data_class)  # type: ignore[arg-type] # any word of DATA_CLASSES


groups = st.builds(group, st.none() | lists, classes)
chains = st.lists(st.lists(groups, min_size=1, max_size=3), max_size=3)
projects = st.builds(
    lambda mode, models, data_class: replace(PROJECT, models_mode=mode, models=models, data_class=data_class),
    st.sampled_from([None, "allow_list", "deny_list"]), lists, classes,
)  # fmt: skip


def on(words: tuple[str, ...] | frozenset[str], names: tuple[str, ...]) -> bool:
    return any(name == word for name in names for word in words)


def group_says(chain: list[Group], names: tuple[str, ...]) -> bool:
    """What one group that somebody was put into allows, with the lists of those around it."""
    lists = [one.models for one in chain if one.models is not None]
    return not lists or any(on(words, names) for words in lists)


def oracle(key: tuple[str, ...] | None, project: Project, mine: list[list[Group]], names: tuple[str, ...]) -> bool:
    if key is not None and not on(key, names):
        return False
    if project.models_mode == "allow_list" and not on(project.models or (), names):
        return False
    if project.models_mode == "deny_list" and on(project.models or (), names):
        return False
    return not mine or any(group_says(chain, names) for chain in mine)


def may_send(project: Project, mine: list[list[Group]]) -> bool:
    order = ["public", "internal", "confidential"]
    wanted = order.index(project.data_class or "internal")

    def reach(chain: list[Group]) -> int:
        return max((order.index(one.data_class) for one in chain if one.data_class is not None), default=2)

    return not mine or any(reach(chain) >= wanted for chain in mine)


def agree(key: tuple[str, ...] | None, project: Project, mine: list[list[Group]], names: list[str]) -> None:
    """The rules and the oracle say the same."""
    rules = compile_rules(key, project, mine)
    principal = replace(ANYONE, rules=rules)
    assert model_allowed(principal, *names) is oracle(key, project, mine, tuple(names))
    assert rules.bounded or all(oracle(key, project, mine, (word,)) for word in WORDS)
    assert (rules.refusal is None) is may_send(project, mine)
    assert rules.data_class == (project.data_class or "internal")
    assert hash(rules) == hash(compile_rules(key, project, mine))


@settings(max_examples=200, deadline=None)
@given(st.none() | lists, projects, chains, st.lists(st.sampled_from(WORDS), min_size=1, max_size=3, unique=True))
def test_rules_say_what_the_lists_say(
    key: tuple[str, ...] | None, project: Project, mine: list[list[Group]], names: list[str]
) -> None:
    agree(key, project, mine, names)


def words(least: int = 0) -> tuple[str, ...]:
    return tuple(random.sample(WORDS, random.randint(least, 3)))


def some_project() -> Project:
    mode, data_class = random.choice([None, "allow_list", "deny_list"]), random.choice([None, *DATA_CLASSES])
    return replace(PROJECT, models_mode=mode, models=words(), data_class=data_class)


def some_group() -> Group:
    return group(random.choice([None, words()]), random.choice([None, *DATA_CLASSES]))


def test_thousands_of_rules_say_what_their_lists_say() -> None:
    """As above, from the run's seed: a case costs a hundredth, and none is made smaller."""
    for _ in range(10_000):
        mine = [[some_group() for _ in range(random.randint(1, 3))] for _ in range(random.randint(0, 3))]
        agree(random.choice([None, words()]), some_project(), mine, list(words(1)))


def test_who_has_no_lists_may_use_everything() -> None:
    assert compile_rules(None, PROJECT, ()) == Rules()
    assert not Rules().bounded


@pytest.mark.parametrize(
    ("mine", "allowed"),
    [
        ([[("x",)]], "x"),
        ([[("x",)], [("y",)]], "xy"),  # two groups: what either allows
        ([[("x",)], [None]], "xyz"),  # one of them allows all
        ([[("x",), None]], "x"),  # a group inside one that has no list keeps its own
        ([[None, ("y",)]], "y"),  # a group without a list takes the one around it
        ([[("x",), ("y",)]], "xy"),  # who is in the inner group is in the outer one too
        ([[()]], ""),
        ([], "xyz"),
    ],
)
def test_groups_open(mine: list[list[tuple[str, ...] | None]], allowed: str) -> None:
    rules = compile_rules(None, PROJECT, [[group(models, None) for models in chain] for chain in mine])
    principal = replace(ANYONE, rules=rules)
    assert "".join(name for name in "xyz" if model_allowed(principal, name)) == allowed


def test_a_list_of_names_and_a_list_of_aliases_mean_the_same_model() -> None:
    project = replace(PROJECT, models_mode="allow_list", models=("house",))
    principal = replace(ANYONE, rules=compile_rules(("gpt-oss-20b",), project, ()))
    assert model_allowed(principal, "gpt-oss-20b", "house")
    assert not model_allowed(principal, "gpt-oss-20b")


def test_a_project_above_what_the_groups_may_send_is_refused_in_words() -> None:
    project = replace(PROJECT, data_class="confidential")
    rules = compile_rules(None, project, [[group(None, "internal")], [group(None, "public")]])
    error = withheld(replace(ANYONE, rules=rules), "m")
    assert (error.status, error.code) == (403, "data_class_not_allowed")
    assert "confidential data" in error.message
    assert "internal data at most" in error.message
    assert "administrator" in error.message
    assert compile_rules(None, project, [[group(None, "confidential")]]).refusal is None


def test_a_model_that_nobody_may_be_asked_for_is_refused_in_words() -> None:
    error = withheld(replace(ANYONE, rules=Rules(data_class="confidential")), "gpt-5")
    assert (error.status, error.code, error.param) == (403, "data_class_not_allowed", "model")
    assert "no provider of gpt-5" in error.message


def test_hints_tell_names_of_allowed_models_alone() -> None:
    models = [("a", "alias"), ("b",), ("c",)]
    project = replace(PROJECT, models_mode="deny_list", models=("b",))
    assert visible_names(ANYONE, models) is None
    assert visible_names(replace(ANYONE, rules=compile_rules(None, project, ())), models) == {"a", "alias", "c"}
    assert visible_names(replace(ANYONE, rules=compile_rules(("alias", "b"), project, ())), models) == {"a", "alias"}


def test_a_narrower_list_lets_no_further_model_through() -> None:
    """Whatever names a model has: what passes the new list passed the old one."""
    narrower = 0
    for _ in range(10_000):
        before, after, names = some_project(), some_project(), words(1)
        if is_narrower((before.models_mode, before.models), (after.models_mode, after.models)):
            narrower += 1
            assert oracle(None, before, [], names) or not oracle(None, after, [], names), (before, after, names)
    assert narrower > 500
