"""The words in which another gateway is named on the bench's command line."""

from __future__ import annotations

import pytest

from bench.peers import fill, parse


def test_a_name_its_options_and_its_command() -> None:
    spec = "lite,key=sk-x,model=openai/{model}=env A=b lite --config {file:a=b.yaml} --port {port}"
    assert parse(spec) == (
        "lite",
        {"key": "sk-x", "model": "openai/{model}"},
        "env A=b lite --config {file:a=b.yaml} --port {port}",
    )
    assert parse("router=router -p {port}") == ("router", {}, "router -p {port}")


@pytest.mark.parametrize("spec", ["router", "=router", "router,keys=x=router"])
def test_what_is_not_understood_is_told(spec: str) -> None:
    with pytest.raises(SystemExit, match="--peer"):
        parse(spec)


def test_only_known_words_are_filled_in() -> None:
    assert fill('{"a": {port}, "b": {other}}', {"port": "9"}) == '{"a": 9, "b": {other}}'
