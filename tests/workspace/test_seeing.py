"""Who sees a prompt: a machine of the house or somebody elsewhere, by where a provider's address leads."""

from __future__ import annotations

import pytest

from tokenry.config import Config, Provider
from tokenry.workspace import SeenBy, place_of, seen_by


@pytest.mark.parametrize(
    ("url", "place"),
    [
        ("http://127.0.0.1:8000/v1", "house"),
        ("http://localhost/v1", "house"),
        ("http://[::1]:1/v1", "house"),
        ("http://10.1.2.3/v1", "house"),
        ("http://192.168.1.9:8080/v1", "house"),
        ("https://gpu.internal/v1", "house"),
        ("https://gpu.LAN/v1", "house"),
        ("https://api.example.com/v1", "provider"),
        ("https://8.8.8.8/v1", "provider"),
        ("https://localhost.example.com/v1", "provider"),
        ("https://notlan/v1", "provider"),
    ],
)
def test_addresses(url: str, place: str) -> None:
    assert place_of(Provider(name="p", base_url=url)) == place


def test_children_are_of_the_house() -> None:
    assert place_of(Provider(name="p", dialect="llama.cpp", model="m")) == "house"
    assert place_of(Provider(name="p", dialect="anthropic")) == "provider"


def test_everybody_once_and_who_is_not_known_any_more_is_elsewhere() -> None:
    config = Config(provider=(Provider(name="here", dialect="llama.cpp", model="m"),))
    assert seen_by(config, ["here", "gone", "here"]) == [
        SeenBy("here", "house", "llama.cpp"), SeenBy("gone", "provider", "unknown"),
    ]  # fmt: skip
