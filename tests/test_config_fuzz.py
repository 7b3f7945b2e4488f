"""Whatever bytes a configuration file holds, reading it gives a Config or a ConfigError of printable lines."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tokenry.config import Config, ConfigError, load, template

VALID = template().encode() + (
    b'[[provider]]\nname = "lab"\nbase_url = "http://lab:8000/v1"\nidle_timeout_s = 1.5\nheaders = { x-a = "b" }\n'
    b'[[provider]]\nname = "local"\ndialect = "llama.cpp"\nmodel = """m"""\n'
    b"[[model]]\nname = 'm'\naliases = ['n', \"o\"]\nprice = { input = 0.1, output = 1e-3 }\n"
    b'[[model.deployments]]\nprovider = "lab"\nmodel = "m"\nweight = 3\n'
)
SHORT = VALID[VALID.index(b'[[provider]]\nname = "lab"\nbase') :]
PIECES = [
    *(b"[", b"]", b"[[", b"]]", b"{", b"}", b"=", b",", b".", b"#", b"\n", b"\r", b'"', b"'", b'"""', b"'''", b"\\"),
    *(b"server", b"provider", b"model", b"deployments", b"price", b"input", b"headers", b"name", b"base_url"),
    *(b"-1", b"inf", b"nan", b"1e400", b"1e-400", b"0x" + b"f" * 400, b"9" * 4500, b"1e9999999999999999999", b"-0.0"),
    *(b"true", b"1979-05-27T07:32:00Z", b"07:32:00", b"\xff", b"\x00", b"\xef\xbb\xbf", "é\u202e".encode()),
    *(b'"http://["', b'"http://h:x"', b'"\\ud800"', b"[" * 3000, b"a." * 2000, b"=[{" * 500),
]
LINE = re.compile(r".*fuzz\.toml(:\d+)?: .+")


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("config") / "fuzz.toml"


def check(file: Path, data: bytes) -> None:
    file.write_bytes(data)
    try:
        config = load(file, {"VLLM_KEY": "x"})
    except ConfigError as error:
        lines = error.message.split("\n")
        assert lines
        for line in lines:
            assert line.isprintable()
            assert LINE.fullmatch(line)
            assert len(line) < 2000
        numbers = [problem.line for problem in error.problems if problem.line is not None]
        assert all(1 <= number <= data.count(b"\n") + 1 for number in numbers)
    else:
        assert isinstance(config, Config)


@st.composite
def mutated(draw: st.DrawFn) -> bytes:
    """A valid file with a few spans cut, doubled or replaced by something that TOML or the schema cares about."""
    data = draw(st.sampled_from([VALID, SHORT]))
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(data)))
        end = min(len(data), start + draw(st.sampled_from([0, 1, 1, 2, 8, 40])))
        piece = draw(st.sampled_from(PIECES) | st.binary(max_size=4) | st.just(data[start:end] * 2))
        data = data[:start] + piece + data[end:]
    return data


@st.composite
def retyped(draw: st.DrawFn) -> bytes:
    """A valid file with the values of some keys replaced by values of any kind: past the parser, into the schema."""
    values = ["1", "-1", "0", "1.5", "nan", "1e400", "''", "'x'", "true", "[]", "[1]", "[{}]", "{}", "{ a = 1 }"]
    values += ["'lab'", "'http://'", "07:32:00", "[['x']]", "0x" + "f" * 300, "'''\n'''", '"\\u0000"', "1e-999999"]
    lines = SHORT.decode().split("\n")
    for index, line in enumerate(lines):
        if " = " in line and draw(st.booleans()):
            lines[index] = line.split(" = ")[0] + " = " + draw(st.sampled_from(values))
    return "\n".join(lines).encode()


def test_the_files_that_are_mutated_are_valid(file: Path) -> None:
    for data in (VALID, SHORT):
        file.write_bytes(data)
        assert load(file, {}).model[0].aliases == ("n", "o")


@settings(max_examples=300, deadline=None)
@given(data=st.binary(max_size=200) | st.text(max_size=200).map(lambda text: text.encode("utf-8", "replace")))
def test_any_bytes(file: Path, data: bytes) -> None:
    check(file, data)


@settings(max_examples=300, deadline=None)
@given(pieces=st.lists(st.sampled_from(PIECES), max_size=30))
def test_any_soup_of_toml(file: Path, pieces: list[bytes]) -> None:
    check(file, b"".join(pieces))


@settings(max_examples=600, deadline=None)
@given(data=mutated())
def test_any_mutation_of_a_valid_file(file: Path, data: bytes) -> None:
    check(file, data)


@settings(max_examples=400, deadline=None)
@given(data=retyped())
def test_any_value_in_place_of_another(file: Path, data: bytes) -> None:
    check(file, data)
