"""Whether an input file can be worked on: each line is a request for the batch's endpoint, and no two are called alike.

What a request's body says beyond its model is the endpoint's business, and each line hears of it by itself. Source of
the format: https://platform.openai.com/docs/guides/batch
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

import msgspec

from tokenry.base.errors import TokenryError
from tokenry.base.limits import BATCH_CUSTOM_ID_LENGTH_MAX, BATCH_FAULTS_MAX
from tokenry.objects.batches.batch import Fault
from tokenry.objects.batches.reading import Line

_SHOWN = 60  # characters of somebody's word that are repeated
_members = msgspec.json.Decoder(dict[str, msgspec.Raw])
_word = msgspec.json.Decoder(str)

MayUse = Callable[[str], TokenryError | None]  # why a model cannot be asked for; None = it can


class Request(msgspec.Struct, frozen=True):
    """What a sound line asks."""

    custom_id: str
    body: msgspec.Raw


class _Unsound(Exception):
    def __init__(self, code: str, message: str, param: str | None = None) -> None:
        super().__init__(message)
        self.code, self.message, self.param = code, message, param


@dataclass(slots=True)
class Findings:
    """What a look at all lines found. `model`: what they ask for, when they agree."""

    total: int = 0
    faults: list[Fault] = field(default_factory=list)
    model: str | None = None


@dataclass(slots=True)
class Validation:
    """Looks at the lines of one batch.

    Args:
        endpoint: the path that every line must ask.
        lines_max: how many there may be.
        size_max: bytes of one of them, for words.
        may_use: asked once for each model.
    """

    endpoint: str
    lines_max: int
    size_max: int
    may_use: MayUse
    _seen: dict[str, int] = field(default_factory=dict)  # custom_id -> its line
    _models: dict[str, TokenryError | None] = field(default_factory=dict)

    def of(self, lines: Iterable[Line]) -> Findings:
        """Look at all of them, or at as many as are needed for BATCH_FAULTS_MAX faults."""
        found = Findings()
        for line in lines:
            found.total += 1
            if found.total > self.lines_max:
                words = f"the file has more than {self.lines_max} lines (`objects.batch_lines_max`); make several of it"
                found.faults.append(Fault(code="too_many_lines", message=words))
                return found
            try:
                self._look(line)
            except _Unsound as unsound:
                found.faults.append(
                    Fault(code=unsound.code, message=unsound.message, param=unsound.param, line=line.number)
                )
                if len(found.faults) >= BATCH_FAULTS_MAX:
                    return found
        if not found.total:
            found.faults.append(Fault(code="empty_file", message="the file has no lines"))
        if len(self._models) == 1:
            found.model = next(iter(self._models))
        return found

    def _look(self, line: Line) -> None:
        if line.data is None:
            raise _Unsound("line_too_large", f"the line is longer than {self.size_max} bytes (`server.body_size_max`)")
        members = _read(line.data)
        custom_id = _text(members, "custom_id")
        if not 0 < len(custom_id) <= BATCH_CUSTOM_ID_LENGTH_MAX:
            words = f"a custom_id has 1 to {BATCH_CUSTOM_ID_LENGTH_MAX} characters"
            raise _Unsound("invalid_value", words, "custom_id")
        first = self._seen.setdefault(custom_id, line.number)
        if first != line.number:
            words = f"line {first} is called {custom_id[:_SHOWN]!r}, too; every custom_id must be another one"
            raise _Unsound("duplicate_custom_id", words, "custom_id")
        method = _text(members, "method")
        if method != "POST":
            raise _Unsound("invalid_method", f"the method is {method[:_SHOWN]!r} and must be 'POST'", "method")
        url = _text(members, "url")
        if url != self.endpoint:
            words = f"the url is {url[:_SHOWN]!r}, and the batch's endpoint is {self.endpoint!r}"
            raise _Unsound("mismatched_url", words, "url")
        self._look_at_body(members)

    def _look_at_body(self, members: dict[str, msgspec.Raw]) -> None:
        if "body" not in members:
            raise _missing("body")
        try:
            body = _members.decode(members["body"])
        except (msgspec.ValidationError, RecursionError):
            raise _Unsound("invalid_type", "the body must be an object", "body") from None
        for name in ("stream", "background"):
            if bytes(body.get(name, b"false")) not in (b"false", b"null"):
                raise _Unsound("invalid_value", f"a batch has no use for {name!r}; leave it out", f"body.{name}")
        model = _text(body, "model", "body.model")
        if model not in self._models:
            self._models[model] = self.may_use(model)
        refusal = self._models[model]
        if refusal is not None:
            raise _Unsound(refusal.code or "invalid_value", refusal.message, "body.model")


def sound(data: bytes) -> Request:
    """A line that passed. Raises ValueError: it never did, which a changed file would explain."""
    members = _members.decode(data)
    return Request(_word.decode(members["custom_id"]), members["body"])


def _read(data: bytes) -> dict[str, msgspec.Raw]:
    try:
        data.decode()  # or bytes that are no UTF-8 would go on inside of strings
        return _members.decode(data)
    except UnicodeDecodeError:
        raise _Unsound("invalid_json_line", "This line is not parseable as valid JSON: it is not UTF-8.") from None
    except msgspec.ValidationError:
        raise _Unsound("invalid_json_line", "This line is not a JSON object.") from None
    except (msgspec.DecodeError, RecursionError) as error:
        words = "nested too deeply" if isinstance(error, RecursionError) else str(error)
        raise _Unsound("invalid_json_line", f"This line is not parseable as valid JSON: {words}.") from None


def _text(members: dict[str, msgspec.Raw], name: str, param: str | None = None) -> str:
    if name not in members:
        raise _missing(param or name)
    try:
        return _word.decode(members[name])
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise _Unsound("invalid_type", f"{param or name} must be a string", param or name) from None


def _missing(param: str) -> _Unsound:
    return _Unsound("missing_required_parameter", f"Missing required parameter: '{param}'.", param)
