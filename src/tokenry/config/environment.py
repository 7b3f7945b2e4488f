"""The process's environment, read here and nowhere else: secrets by name, and where the platform keeps files."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from tokenry.config.problems import ConfigError, Problem, nearest, printable

CONFIG_NAME = "tokenry.toml"  # in the data folder, read unless another file is named
SECRET_LENGTH_MAX = 16 * 1024  # characters; long enough for any token, far too short for a disk
_SILENT = {"HF_HUB_OFFLINE": "1", "HF_HUB_DISABLE_TELEMETRY": "1", "DO_NOT_TRACK": "1"}


def environ() -> Mapping[str, str]:
    """The environment as a mapping that does not change under its reader."""
    return dict(os.environ)


def child_environ() -> Mapping[str, str]:
    """The environment for a child process: without anything whose name says that it is a secret, and with word to the
    libraries that would otherwise ask the network for models, or tell it what they are used for."""
    return {name: value for name, value in os.environ.items() if not _looks_secret(name)} | _SILENT


def secret(environ: Mapping[str, str], name: str) -> str:
    """The secret called `name`: the variable itself, or the content of the file that `NAME_FILE` points to.

    Args:
        environ: environment variables, as `environ()` gives them.
        name: the variable's name, such as `OPENAI_API_KEY`.

    Raises:
        ConfigError: neither is set, the file cannot be read, or what is there cannot stand in a header. The words never
            hold the secret.
    """
    value = environ.get(name)
    if value is None and (file := environ.get(f"{name}_FILE")) is not None:
        value = _from_file(name, file)
    if value is None:
        guess = nearest(name, (other for other in environ if _looks_secret(other)))
        hint = f"; did you mean {printable(guess)}?" if guess else ""
        raise _refused(name, f"the environment variable is not set{hint} (or let {printable(name)}_FILE name a file)")
    value = value.strip()
    if not value:
        raise _refused(name, "the secret is empty")
    if len(value) > SECRET_LENGTH_MAX or not (value.isascii() and value.isprintable()):
        raise _refused(name, "the secret must be one line of plain ASCII that a header can carry")
    return value


def default_data_dir() -> Path:
    """Where the books lie unless told otherwise: `~/.tokenry`."""
    return Path(os.path.expanduser("~")) / ".tokenry"


def default_cache_dir() -> Path:
    """Where model files are kept: `$TOKENRY_CACHE`, else `$XDG_CACHE_HOME/tokenry`, else `~/.cache/tokenry`."""
    told = os.environ.get("TOKENRY_CACHE")
    return Path(os.path.abspath(told)) if told else _xdg("XDG_CACHE_HOME", ".cache") / "tokenry"


def _xdg(name: str, fallback: str) -> Path:
    # The XDG base directory specification says to ignore a relative path.
    told = os.environ.get(name, "")
    return Path(told) if os.path.isabs(told) else Path(os.path.expanduser("~")) / fallback


def _from_file(name: str, file: str) -> str:
    try:
        with open(file, encoding="utf-8") as opened:
            return opened.read(SECRET_LENGTH_MAX + 1)
    except (OSError, ValueError) as error:  # ValueError: not UTF-8, or a NUL in the path
        why = error.strerror if isinstance(error, OSError) else "not plain text"
        raise _refused(name, f"cannot read the file that {printable(name)}_FILE names: {why}") from None


def _looks_secret(name: str) -> bool:
    return any(word in name.upper() for word in ("KEY", "TOKEN", "SECRET", "PASSWORD", "CREDENTIAL"))


def _refused(name: str, words: str) -> ConfigError:
    return ConfigError("environment", [Problem((name,), words)])
