"""An application's answers against the questions of its programme: each of its kind and size, all there when submitted.

Pure. Answers are JSON values by the question's id, hostile until they have passed here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final
from unicodedata import bidirectional, category
from urllib.parse import urlsplit

import msgspec

from tokenry.base.errors import InvalidRequest
from tokenry.programmes.terms import Field

LENGTHS_MAX: Final = {"text": 500, "long_text": 20_000, "choice": 100, "url": 2_000}  # characters
NUMBER_MAX: Final = 2**53 - 1  # what every JSON reader keeps exactly
SIZE_MAX: Final = 200_000  # bytes of all answers as JSON
_CONTROLS: Final = frozenset({"Cc", "Cs", "Zl", "Zp"})
_TURNING: Final = frozenset({"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"})  # embeddings, overrides
_KINDS: Final = {
    "text": "a line of text",
    "long_text": "text",
    "number": "a whole number",
    "choice": "one of the choices",
    "yes_no": "true or false",
    "url": "a link that begins with https:// or http://",
}


def check_answers(fields: Sequence[Field], answers: Mapping[str, Any], *, complete: bool) -> dict[str, Any]:
    """The answers, without those that are null.

    Args:
        complete: every question that must be answered is.

    Raises:
        InvalidRequest: which answer is wrong, and what it must be.
    """
    known = {field.id: field for field in fields}
    given = {name: value for name, value in answers.items() if value is not None}
    for name in given:
        if name not in known:
            raise InvalidRequest(
                f"answers: there is no question {name[:60]!r}; there are {', '.join(known)}", param="answers"
            )
    for name, value in given.items():
        _check(known[name], value)
    if len(msgspec.json.encode(given)) > SIZE_MAX:
        raise InvalidRequest(f"answers: all of them have at most {SIZE_MAX} bytes", param="answers")
    if complete:
        missing = [field.id for field in fields if field.required and _is_empty(given.get(field.id))]
        if missing:
            raise InvalidRequest(f"answers: {', '.join(missing)} must be answered first", param="answers")
        for field in fields:
            _refuse_long(field, given.get(field.id))
    return given


def words_in(text: str) -> int:
    """How many words a text has: runs of what is no space. The form in the browser counts the same way."""
    return len(text.split())


def _refuse_long(field: Field, value: Any) -> None:
    """A draft may be too long; what is submitted may not."""
    if field.words_max is None or not isinstance(value, str) or words_in(value) <= field.words_max:
        return
    where = f"answers.{field.id}"
    raise InvalidRequest(
        f"{where}: {field.label!r} takes at most {field.words_max} words, and there are {words_in(value)}", param=where
    )


def _is_empty(value: Any) -> bool:
    return value is None or (isinstance(value, str) and not value.strip())


def _check(field: Field, value: Any) -> None:
    if not _fits(field, value):
        where = f"answers.{field.id}"
        most = LENGTHS_MAX.get(field.kind)
        size = "" if most is None else f" of at most {most} characters"
        choices = f" ({', '.join(field.choices)})" if field.kind == "choice" else ""
        raise InvalidRequest(f"{where}: {field.label!r} takes {_KINDS[field.kind]}{choices}{size}", param=where)


def _fits(field: Field, value: Any) -> bool:
    match field.kind:
        case "number":
            return isinstance(value, int) and not isinstance(value, bool) and abs(value) <= NUMBER_MAX
        case "yes_no":
            return isinstance(value, bool)
        case _:
            return isinstance(value, str) and len(value) <= LENGTHS_MAX[field.kind] and _reads(field, value)


def _reads(field: Field, text: str) -> bool:
    if not is_clean(text, lines=field.kind == "long_text"):
        return False
    if field.kind == "choice":
        return text in field.choices
    return field.kind != "url" or not text or _is_link(text)


def is_clean(text: str, *, lines: bool) -> bool:
    """Whether a text holds no control characters but line breaks and tabs where they may stand.

    Joiners and wide spaces stay, since several scripts are written with them; what turns the direction of the words
    around it does not.
    """
    return all(
        (lines and char in "\n\r\t") or (category(char) not in _CONTROLS and bidirectional(char) not in _TURNING)
        for char in text
    )


def _is_link(text: str) -> bool:
    try:
        parts = urlsplit(text)
        return parts.scheme in {"http", "https"} and bool(parts.hostname) and " " not in text
    except ValueError:
        return False
