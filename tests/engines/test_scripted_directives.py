"""Directives: where they stand, what they may say, and what is told when they are wrong."""

from __future__ import annotations

import pytest

from tokenry.engines.scripted.directives import BadDirective, Script, read, without


@pytest.mark.parametrize(
    ("model", "prompts", "script"),
    [
        ("scripted", ["plain words"], Script()),
        ("scripted?words=5&delay_ms=10", [], Script(words=5, delay_ms=10)),
        ("scripted?text=a%26b+c", [], Script(text="a&b+c")),
        ("scripted?no_usage", [], Script(no_usage=True)),
        ("m", ["say [[words=5; no_done]] please"], Script(words=5, no_done=True)),
        ("m", ["[[words=3; text=a; b=c]]"], Script(words=3, text="a; b=c")),
        ("m", ['[[tool=f; args={"a": [1, 2]}]]'], Script(tool="f", args='{"a": [1, 2]}')),
        ("m?words=1", ["[[words=2]]", "[[words=3]]"], Script(words=3)),
        ("m", ["[[words=2]] and [[pings]]"], Script(words=2, pings=True)),
        ("m", ["[[text=two\nlines]]"], Script(text="two\nlines")),
        ("m", ["[[1, 2], [3, 4]] is a matrix"], Script()),
    ],
)
def test_directives_are_read(model: str, prompts: list[str], script: Script) -> None:
    assert read(model, prompts) == script


@pytest.mark.parametrize(
    ("prompt", "words"),
    [
        ("[[wrods=5]]", "did you mean 'words'"),
        ("[[words=many]]", "words"),
        ("[[error=1000]]", "error"),
        ("[[usage=5]]", "usage"),
        ("[[finish=never]]", "finish"),
        ("[[split=0]]", "split"),
    ],
)
def test_wrong_directives_are_named(prompt: str, words: str) -> None:
    with pytest.raises(BadDirective, match=words):
        read("m", [prompt])


def test_the_prompt_without_directives_is_what_people_said() -> None:
    assert without("say [[words=5]] this") == "say  this"
    assert without("[[no_done]]") == ""
