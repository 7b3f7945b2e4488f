"""`tokenry prices replay` over a folder that real rooms filled."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Tokenry
from tests.cli.filled import fill

LIST = "[models.fast]\ninput = 2\noutput = 8\ncached_input = 1\n[models.local]\ninput = 0.05\noutput = 0.2\n"
CONFIG = """
[starter]
enabled = false
[[provider]]
name = "acme"
base_url = "http://127.0.0.1:1/v1"
api_key_env = "NO_SUCH_VARIABLE"
[[model]]
name = "fast"
cost = { input = 0.5, output = 2 }
deployments = [{ provider = "acme", model = "fast-1" }]
[[model]]
name = "cheap"
cost = { input = 0.01, output = 0.02 }
deployments = [{ provider = "acme", model = "org/local" }]
[[model]]
name = "local"
deployments = [{ provider = "here", model = "local" }]
[[provider]]
name = "here"
base_url = "http://127.0.0.1:2/v1"
"""


def test_another_price_list_to_the_nano_dollar(tokenry: Tokenry, data: Path, tmp_path: Path) -> None:
    fill(data, 7)  # 4 fast and 3 local: 1000 in (200 of them cached but for one that hung up) and 100 out each
    (tmp_path / "l.toml").write_text(LIST)
    told = tokenry("prices", "replay", "--prices", str(tmp_path / "l.toml"), "--json").json
    fast, local = told["models"]
    assert (fast["model"], fast["requests"], fast["was_usd"]) == ("fast", 4, "0.0056")
    assert (fast["would_usd"], fast["difference_usd"]) == ("0.0106", "0.005")
    assert (local["was_usd"], local["would_usd"], local["difference_usd"]) == ("0.00042", "0.00021", "-0.00021")
    assert told["total"]["difference_usd"] == "0.00479"
    table = tokenry("prices", "replay", "--prices", str(tmp_path / "l.toml")).out
    assert "+$0.005" in table
    assert max(map(len, table.splitlines()[:4])) <= 80


def test_another_provider_at_its_costs_without_its_secrets(tokenry: Tokenry, data: Path) -> None:
    fill(data, 4)
    (data / "tokenry.toml").write_text(CONFIG)
    told = tokenry("prices", "replay", "--provider", "acme", "--json").json
    models = {one["model"]: one for one in told["models"]}
    assert (models["fast"]["was_usd"], models["fast"]["would_usd"]) == ("0.0014", "0.0014")
    assert (models["local"]["was_unknown_requests"], models["local"]["would_usd"]) == (2, "0.000024")
    assert models["local"]["difference_usd"] is None
    told = tokenry("prices", "replay", "--provider", "acme", "--model", "local=fast").out
    assert "not compared: 2 requests of local: no cost was known" in told
    assert "`cost`" in tokenry("prices", "replay", "--provider", "here").err


def test_own_hardware_by_the_hour(tokenry: Tokenry, data: Path) -> None:
    fill(data, 9)
    words = ("--own-hardware", "--gpus", "2", "--usd-per-gpu-hour", "1.80", "--tokens-per-s", "1000")
    told = tokenry("prices", "replay", *words, "--json").json
    assert told["hardware"]["output_usd_per_million"] == "1.00"
    assert told["total"]["would_usd"] == "0.0099"  # 9,900 tokens at a dollar per million
    assert told["hardware"]["hours_between_first_and_last"] == "24.000"
    assert told["hardware"]["around_the_clock_usd"] == "86.40"
    assert "kept around the clock for that time: $86.40" in tokenry("prices", "replay", *words).out


def test_since_and_until_choose_the_time(tokenry: Tokenry, data: Path, tmp_path: Path) -> None:
    fill(data, 16)
    (tmp_path / "l.toml").write_text(LIST)
    words = ("prices", "replay", "--prices", str(tmp_path / "l.toml"), "--json")
    assert tokenry(*words, "--since", "2026-11-02", "--until", "2026-11-03").json["total"]["requests"] == 8
    assert tokenry(*words, "--since", "2026-11-03").json["total"]["requests"] == 1


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        ((), 2, "--own-hardware"),
        (("--own-hardware",), 2, "--tokens-per-s"),
        (("--own-hardware", "--tokens-per-s", "0"), 1, "above zero"),
        (("--own-hardware", "--tokens-per-s", "1e9"), 1, "write it like 2.10"),
        (("--own-hardware", "--tokens-per-s", "5", "--provider", "acme"), 1, "tokenry.toml"),
        (("--prices", "/no/such.toml"), 1, "No such file"),
        (("--own-hardware", "--tokens-per-s", "5", "--against", "moon"), 2, "charge or cost"),
        (("--own-hardware", "--tokens-per-s", "5", "--model", "x"), 2, "write it like"),
    ],
)
def test_what_cannot_be_reckoned_is_one_error(
    tokenry: Tokenry, data: Path, words: tuple[str, ...], code: int, said: str
) -> None:
    fill(data, 1)
    ran = tokenry("prices", "replay", *words)
    assert (ran.code, ran.out) == (code, "")
    assert said in ran.err
