"""What a good configuration file turns into, and what stands where it says nothing."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec
import pytest

from tokenry.base import limits
from tokenry.config import Config, Deployment, Model, Price, Provider, load, parse, template

EXAMPLE = """
[server]
host = "127.0.0.1"
port = 8080

[[provider]]
name = "lab-vllm"
dialect = "openai"             # openai | anthropic | llama.cpp | scripted
base_url = "http://127.0.0.1:8000/v1"
api_key_env = "VLLM_KEY"       # the name of an environment variable, never a secret in the file
max_concurrency = 256

[[provider]]
name = "cloud"
base_url = "https://api.example.org/v1"

[[model]]
name = "gpt-oss-20b"           # what clients ask for
aliases = ["house-default"]
price = { input = 0.10, cached_input = 0.02, output = 0.40 }   # USD per million tokens
max_output_tokens = 8192
deployments = [
  { provider = "lab-vllm", model = "openai/gpt-oss-20b", priority = 1, weight = 3 },
  { provider = "cloud", model = "gpt-oss-20b", priority = 2 },
]
"""


def test_the_documented_example_reads_as_written() -> None:
    config = parse(EXAMPLE, source="example")
    assert config.provider == (
        Provider(name="lab-vllm", base_url="http://127.0.0.1:8000/v1", api_key_env="VLLM_KEY"),
        Provider(name="cloud", base_url="https://api.example.org/v1"),
    )
    assert config.model == (
        Model(
            name="gpt-oss-20b",
            aliases=("house-default",),
            price=Price(input=Decimal("0.10"), cached_input=Decimal("0.02"), output=Decimal("0.40")),
            max_output_tokens=8192,
            deployments=(
                Deployment(provider="lab-vllm", model="openai/gpt-oss-20b", weight=3),
                Deployment(provider="cloud", model="gpt-oss-20b", priority=2),
            ),
        ),
    )


def test_an_empty_file_is_the_defaults() -> None:
    config = parse("", source="empty")
    assert config == Config() == load(None, {})
    assert (config.server.host, config.server.port) == ("127.0.0.1", 8080)
    assert config.server.body_size_max == limits.BODY_SIZE_MAX
    assert (config.starter.enabled, config.starter.award_usd) == (None, Decimal(100))
    assert config.artifacts.hub_url == "https://huggingface.co"


def test_prices_are_exact_decimals_never_floats() -> None:
    text = EXAMPLE.replace("input = 0.10", "input = 0.123456789")
    price = parse(text, source="x").model[0].price
    assert price is not None
    assert price.input == Decimal("0.123456789")
    assert type(price.input) is Decimal


def test_seconds_may_be_whole_or_not() -> None:
    text = EXAMPLE.replace("max_concurrency = 256", "connect_timeout_s = 3\nidle_timeout_s = 0.5")
    provider = parse(text, source="x").provider[0]
    assert (provider.connect_timeout_s, provider.idle_timeout_s) == (3.0, 0.5)
    assert type(provider.connect_timeout_s) is float


def test_a_configuration_never_changes() -> None:
    with pytest.raises(AttributeError):
        Config().server.port = 1  # type: ignore[misc] # the test breaks the rule on purpose


@pytest.mark.parametrize(
    ("text", "on"),
    [("", True), (EXAMPLE, False), (EXAMPLE + "[starter]\nenabled = true", True), ("starter.enabled = false", False)],
)
def test_the_starter_is_on_as_long_as_no_model_is_listed(text: str, on: bool) -> None:
    assert parse(text, source="x").starter_on is on


def test_llama_cpp_without_base_url_is_a_child_of_ours() -> None:
    child = parse('[[provider]]\nname="a"\ndialect="llama.cpp"\nmodel="smollm2-135m"\nthreads=2', source="x").provider[
        0
    ]
    assert child.embedded
    remote = parse('[[provider]]\nname="a"\ndialect="llama.cpp"\nbase_url="http://h:1"', source="x").provider[0]
    assert not remote.embedded


def test_the_template_says_what_an_empty_file_says() -> None:
    assert parse(template(), source="template") == Config()


def _uncommented(text: str) -> str:
    """The template with its examples brought to life: comment lines that hold TOML."""
    alive = re.compile(r"^# ?(\s*(\[\[?[\w.]+\]\]?|\w+ = .*|\{ .* \},.*|\]))\s*$")
    lines = (alive.sub(r"\1", line) for line in text.splitlines())
    return "\n".join(line for line in lines if "postgresql" not in line)


def test_the_examples_in_the_template_are_valid() -> None:
    config = parse(_uncommented(template()), source="template")
    assert [provider.name for provider in config.provider] == ["lab-vllm", "local", "ears"]
    assert [len(model.deployments) for model in config.model] == [2]


def test_the_template_teaches_every_key() -> None:
    text = template()
    tables = [
        Config,
        Provider,
        Model,
        Price,
        Deployment,
        *(type(getattr(Config(), n)) for n in Config.__struct_fields__),
    ]
    keys = {f.name for table in tables if issubclass(table, msgspec.Struct) for f in msgspec.structs.fields(table)}
    missing = {key for key in keys if not re.search(rf"\b{key}\b", text)}
    assert missing == set()


def test_a_file_with_a_byte_order_mark_is_read(tmp_path: Path) -> None:
    file = tmp_path / "tokenry.toml"
    file.write_bytes(b"\xef\xbb\xbf[server]\r\nport = 1\r\n")
    assert load(file, {}).server.port == 1


def test_anthropics_dialect_has_an_address_that_everybody_means() -> None:
    (made,) = parse('[[provider]]\nname = "claude"\ndialect = "anthropic"', source="x").provider
    assert (made.base_url, made.spoken) == ("https://api.anthropic.com/v1", frozenset({"messages"}))
    (other,) = parse('[[provider]]\nname = "c"\ndialect = "anthropic"\nbase_url = "https://h/x"', source="x").provider
    assert other.base_url == "https://h/x"


@pytest.mark.parametrize(
    ("fields", "spoken"),
    [
        ({"base_url": "https://api.openai.com/v1"}, {"responses"}),
        ({"base_url": "https://api.openai.com/v1", "speaks": ()}, set()),
        ({"base_url": "https://api.openai.com.example.org/v1"}, set()),
        ({"base_url": "http://vllm:8000/v1"}, set()),
        ({"base_url": "http://vllm:8000/v1", "speaks": ("messages", "responses")}, {"messages", "responses"}),
        ({"dialect": "scripted", "speaks": ("messages",)}, {"messages"}),
        ({"dialect": "llama.cpp", "model": "m"}, set()),
    ],
)
def test_what_a_provider_speaks_beside_chat_completions(fields: dict[str, Any], spoken: set[str]) -> None:
    assert Provider(name="p", **fields).spoken == spoken
