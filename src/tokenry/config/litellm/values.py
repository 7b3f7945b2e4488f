"""Single values of the file: texts, numbers, references to the environment, and secrets that stand there in clear."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

REFERENCE = "os.environ/"
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\Z")
_NO_KEY = frozenset({"", "none", "null", "empty", "no-key", "not-needed", "not-used", "n/a"})
_SECRET_NAME = re.compile(r"auth|key|token|secret|password|cookie|credential", re.IGNORECASE)
_SECRET_VALUE = re.compile(r"(?:sk-|bearer |basic )|[A-Za-z0-9_\-./+=]{20,}\Z", re.IGNORECASE)


def mapping(value: Any) -> dict[str, Any]:
    """The mapping, or an empty one for anything else."""
    return value if isinstance(value, dict) else {}


def text(value: Any) -> str | None:
    """A text that says something; None for anything else."""
    return value.strip() if isinstance(value, str) and value.strip() else None


def whole(value: Any, least: int, most: int) -> int | None:
    """A whole number within bounds, also when it is written as a text; None for anything else."""
    number = decimal(value)
    if number is None or number != number.to_integral_value() or not least <= number <= most:
        return None
    return int(number)


def decimal(value: Any) -> Decimal | None:
    """A finite number, exactly as written, also when it is written as a text; None for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        number = Decimal(str(value).strip()[:60])
    except InvalidOperation:
        return None
    return number if number.is_finite() and abs(number.adjusted()) < 30 else None


def per_million(value: Any) -> Decimal | None:
    """Dollars per token as dollars per million tokens, in whole nano-dollars; None for what is no price."""
    number = decimal(value)
    if number is None or not 0 <= number <= 1:
        return None
    made = round(number * 1_000_000, 9).normalize()
    return made if made else Decimal(0)


def reference(value: Any) -> str | None:
    """The environment variable that `os.environ/NAME` names; None for anything else."""
    if not isinstance(value, str) or not value.startswith(REFERENCE):
        return None
    name = value.removeprefix(REFERENCE).strip()
    return name if _VARIABLE.match(name) else None


def references(tree: Any) -> Iterator[str]:
    """Every variable that is referred to anywhere in the file."""
    if isinstance(tree, dict):
        tree = list(tree.values())
    if isinstance(tree, list):
        for item in tree:
            yield from references(item)
    elif (name := reference(tree)) is not None:
        yield name


def is_secret(name: str, value: str) -> bool:
    """Whether a header of this name and value may be a secret; rather once too often."""
    return bool(_SECRET_NAME.search(name) or _SECRET_VALUE.match(value.strip()))


def wanted(value: str) -> bool:
    """Whether a key is meant: `none` and `EMPTY` are what people write where a server asks for none."""
    return value.strip().lower() not in _NO_KEY


@dataclass(slots=True)
class Secrets:
    """Secrets that stood in the file in clear, by the variable that they are moved to."""

    values: dict[str, str] = field(default_factory=dict)
    taken: set[str] = field(default_factory=set)  # variables that mean something else

    def keep(self, hint: str, value: str) -> str | None:
        """The variable for this secret, named after `hint`; None when no header could carry it."""
        value = value.strip()
        if not (value.isascii() and value.isprintable()):
            return None
        for name, known in self.values.items():
            if known == value:
                return name
        stem = re.sub(r"[^A-Z0-9]+", "_", hint.upper()).strip("_") or "PROVIDER"
        stem = f"{'_' if stem[0].isdigit() else ''}{stem}_API_KEY"
        name, number = stem, 2
        while name in self.values or name in self.taken:
            name, number = f"{stem}_{number}", number + 1
        self.values[name] = value
        return name

    def file(self) -> str:
        """Lines that a shell and systemd's EnvironmentFile= read alike."""
        return "".join(f"{name}={_quoted(value)}\n" for name, value in self.values.items())


def _quoted(value: str) -> str:
    """In single quotes nothing has a meaning; a single quote itself needs the other kind."""
    if "'" not in value:
        return f"'{value}'"
    escaped = re.sub(r'([\\"$`])', r"\\\1", value)
    return f'"{escaped}"'


def resolved(value: Any, environ: Mapping[str, str]) -> str | None:
    """A text, or what the variable that it refers to holds now; None when it holds nothing."""
    name = reference(value)
    return text(environ.get(name)) if name is not None else text(value)
