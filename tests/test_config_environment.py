"""Secrets by name, and where files lie by default."""

from __future__ import annotations

from pathlib import Path

import pytest

from tokenry.config import ConfigError, child_environ, default_cache_dir, default_data_dir, environ, load, secret


def test_a_secret_is_the_variable_of_that_name() -> None:
    assert secret({"K": "sk-1"}, "K") == "sk-1"
    assert secret({"K": " sk-1\n", "K_FILE": "/nowhere"}, "K") == "sk-1"


def test_a_secret_may_lie_in_a_file(tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_text("sk-2\n")
    assert secret({"K_FILE": str(file)}, "K") == "sk-2"


@pytest.mark.parametrize(
    ("environment", "words"),
    [
        ({}, "environment: VLLM_KEY: the environment variable is not set (or let VLLM_KEY_FILE name a file)"),
        ({"VLM_KEY": "x"}, "did you mean VLM_KEY?"),
        ({"VLLM_KEY": " "}, "the secret is empty"),
        ({"VLLM_KEY": "a\r\nb"}, "must be one line of plain ASCII"),
        ({"VLLM_KEY": "ü"}, "must be one line of plain ASCII"),
        ({"VLLM_KEY": "a" * 20_000}, "must be one line of plain ASCII"),
        ({"VLLM_KEY_FILE": "/nowhere"}, "cannot read the file that VLLM_KEY_FILE names: No such file or directory"),
        ({"VLLM_KEY_FILE": "a\0"}, "cannot read the file that VLLM_KEY_FILE names: not plain text"),
    ],
)
def test_a_secret_that_cannot_be_had_says_why(environment: dict[str, str], words: str) -> None:
    with pytest.raises(ConfigError) as caught:
        secret(environment, "VLLM_KEY")
    assert words in caught.value.message


def test_a_file_that_names_a_missing_secret_is_refused_at_the_line(tmp_path: Path) -> None:
    file = tmp_path / "t.toml"
    file.write_text('[[provider]]\nname = "a"\nbase_url = "http://h"\napi_key_env = "OPENAI_KEY"\n')
    with pytest.raises(ConfigError) as caught:
        load(file, {"OPENAI_API_KEY": "x"})
    assert caught.value.message.startswith(
        f"{file}:4: provider[0].api_key_env: OPENAI_KEY: the environment variable is not set; "
        "did you mean OPENAI_API_KEY?"
    )
    assert load(file, {"OPENAI_KEY": "x"}).provider[0].api_key_env == "OPENAI_KEY"


def test_folders_follow_the_platform(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("XDG_CACHE_HOME", "TOKENRY_CACHE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", "/home/ada")
    assert default_data_dir() == Path("/home/ada/.tokenry")
    assert default_cache_dir() == Path("/home/ada/.cache/tokenry")
    monkeypatch.setenv("XDG_CACHE_HOME", "relative/is/ignored")
    assert default_cache_dir() == Path("/home/ada/.cache/tokenry")
    monkeypatch.setenv("TOKENRY_CACHE", "/srv/models")
    assert default_cache_dir() == Path("/srv/models")


def test_children_inherit_no_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-real")
    monkeypatch.setenv("PGPASSWORD", "hunter2")
    monkeypatch.setenv("LANG", "C.UTF-8")
    inherited = child_environ()
    assert inherited["LANG"] == "C.UTF-8"
    assert not {"OPENAI_API_KEY", "PGPASSWORD"} & set(inherited)
    assert (inherited["HF_HUB_OFFLINE"], inherited["HF_HUB_DISABLE_TELEMETRY"]) == ("1", "1")  # nothing calls home


def test_the_environment_is_a_copy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOKENRY_TEST_KEY", "before")
    seen = environ()
    monkeypatch.setenv("TOKENRY_TEST_KEY", "after")
    assert seen["TOKENRY_TEST_KEY"] == "before"
