"""What lies in `examples/` for those who deploy says what the code offers: verbs, options, keys, paths."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from tests.docs.surface import verbs
from tests.tidy.house import ROOT
from tokenry.config import parse

EXAMPLES = ROOT / "examples"
CONFIGURATIONS = sorted(EXAMPLES.rglob("tokenry.toml"))
UNIT = (EXAMPLES / "systemd/tokenry.service").read_text(encoding="utf-8")
CONTAINERFILE = (EXAMPLES / "oci/Containerfile").read_text(encoding="utf-8")
COMPOSE = (EXAMPLES / "compose/compose.yaml").read_text(encoding="utf-8")
TYPED = [
    *re.findall(r"^Exec\w+=\S+/tokenry (.*)$", UNIT, re.MULTILINE),
    *(" ".join(re.findall(r'"([^"]*)"', line)) for line in re.findall(r"^CMD (\[.*\])$", CONTAINERFILE, re.MULTILINE)),
    *(
        " ".join(re.findall(r'"([^"]*)"', line))
        for line in re.findall(r"^    command: (\[.*\])$", COMPOSE, re.MULTILINE)
    ),
]


@pytest.mark.parametrize("file", CONFIGURATIONS, ids=lambda file: file.relative_to(EXAMPLES).as_posix())
def test_a_configuration_is_one(file: Path) -> None:
    config = parse(file.read_text(encoding="utf-8"), source=file.name)
    assert config.server.trusted_proxies
    assert (config.server.public_url or "").startswith("https://")


def test_command_lines_are_found() -> None:
    assert len(TYPED) == 5
    assert len(CONFIGURATIONS) >= 2


@pytest.mark.parametrize("words", TYPED)
def test_a_command_line_can_be_typed(words: str) -> None:
    typed = shlex.split(words)
    (verb,) = [one for one in verbs() if typed[: len(one.words.split())] == one.words.split()]
    assert {word for word in typed if word.startswith("-")} <= verb.switches


def test_a_unit_stops_engines_last_and_hears_of_readiness() -> None:
    settings = dict(line.split("=", 1) for line in UNIT.splitlines() if "=" in line and not line.startswith("#"))
    assert settings["Type"] == "notify"
    assert settings["KillMode"] == "mixed"  # engines must outlive SIGTERM, until the last request has ended
    assert settings["User"] == "tokenry"
    assert "--data /var/lib/" + settings["StateDirectory"] in settings["ExecStart"]


def test_an_image_runs_for_nobody_in_particular_and_asks_its_health_without_curl() -> None:
    final = CONTAINERFILE.rpartition("\nFROM ")[2]
    user = re.search(r"^USER (\d+):(\d+)$", final, re.MULTILINE)
    assert user
    assert int(user[1]) >= 10_000
    assert 'VOLUME ["/data", "/cache"]' in final
    (check,) = re.findall(r"HEALTHCHECK.*\\\n  CMD (.*)$", final, re.MULTILINE)
    assert "/readyz" in check
    assert "curl" not in check
