"""Forms with a file in them (RFC 7578), read as they come: fields into memory, within bounds, the file onto the disk.

Every bound is here: how many parts, how long a header, a field, the file. Knows no route. `Reading` is fed by whoever
has the bytes; it blocks on the disk, so large bodies are fed in a thread.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from tokenry.base.errors import InvalidRequest, TokenryError
from tokenry.storage import Draft

PARTS_MAX = 100
HEADERS_MAX = 8  # of one part
HEADER_LENGTH_MAX = 4096  # bytes
FIELD_SIZE_MAX = 64 * 1024  # bytes
FIELDS_SIZE_MAX = 1024 * 1024  # bytes of all fields together
BOUNDARY_LENGTH_MAX = 70  # RFC 2046 §5.1.1
FRAMING_MAX = FIELDS_SIZE_MAX + PARTS_MAX * (HEADERS_MAX * HEADER_LENGTH_MAX + 100)  # bytes that are not the file's


class UnreadableForm(InvalidRequest):
    """The body is not the form that the endpoint takes."""

    code = None


class TooMuchInForm(TokenryError):
    """The form has more in it than the server takes."""

    status = 413
    type = "invalid_request_error"
    code = "request_too_large"


@dataclass(frozen=True, slots=True)
class Layout:
    """What a form may hold beside its fields.

    Args:
        file: the name of the part that is a file. required: whether it must be there.
    """

    file: str = "file"
    required: bool = True


@dataclass(slots=True)
class Attached:
    """The file of a form: its own words about itself, and its content."""

    name: str
    mime_type: str | None
    draft: Draft


@dataclass(slots=True)
class _Part:
    name: str
    is_file: bool
    pieces: list[bytes] = field(default_factory=list)
    size: int = 0


class Reading:
    """One form that is being read.

    Args:
        content_type: the request's header.
        layout: what is expected.
        file_size_max: bytes.
        draft: makes the place that the file is written to.

    Attributes:
        fields: names and texts, in the order in which they came.
        attached: the file, once its part has begun.

    Raises:
        UnreadableForm: the header says no form.
    """

    def __init__(self, content_type: str, layout: Layout, file_size_max: int, draft: Callable[[], Draft]) -> None:
        self.fields: list[tuple[str, str]] = []
        self.attached: Attached | None = None
        self._layout = layout
        self._file_size_max = file_size_max
        self._draft = draft
        self._parts = self._fields_size = 0
        self._part: _Part | None = None
        self._header: list[bytes] = []
        self._value: list[bytes] = []
        self._headers: dict[bytes, bytes] = {}
        self._ended = False
        self._parser = MultipartParser(
            _boundary(content_type),
            {
                "on_part_begin": self._on_part,
                "on_header_field": lambda data, start, end: self._header.append(data[start:end]),
                "on_header_value": lambda data, start, end: self._value.append(data[start:end]),
                "on_header_end": self._on_header,
                "on_headers_finished": self._on_headers,
                "on_part_data": self._on_data,
                "on_part_end": self._on_part_end,
                "on_end": self._on_end,
            },
            max_header_count=HEADERS_MAX,
            max_header_size=HEADER_LENGTH_MAX,
        )

    def feed(self, data: bytes) -> None:
        """The next bytes. Raises UnreadableForm, TooMuchInForm, StorageError; nothing can be fed then."""
        try:
            self._parser.write(data)
        except FormParserError as error:
            raise UnreadableForm(f"the form breaks its grammar: {str(error)[:200]}") from None

    def finish(self) -> None:
        """There is no more. Raises UnreadableForm: something was still to come, or the file is missing."""
        if not self._ended:
            raise UnreadableForm("the form ends before its last boundary")
        if self.attached is None and self._layout.required:
            raise UnreadableForm(f"the form has no file {self._layout.file!r}", param=self._layout.file)

    def discard(self) -> None:
        """Whatever was written and not kept goes."""
        if self.attached is not None:
            self.attached.draft.discard()

    def _on_part(self) -> None:
        self._parts += 1
        if self._parts > PARTS_MAX:
            raise TooMuchInForm(f"a form has at most {PARTS_MAX} parts")
        self._headers = {}

    def _on_header(self) -> None:
        self._headers[b"".join(self._header).lower()] = b"".join(self._value)
        self._header, self._value = [], []

    def _on_headers(self) -> None:
        kind, options = parse_options_header(self._headers.get(b"content-disposition"))
        if kind != b"form-data" or b"name" not in options:
            raise UnreadableForm("a part of the form has no Content-Disposition with a name")
        name = _text(options[b"name"], "a part's name")
        is_file = name == self._layout.file
        if b"filename" in options and not is_file:
            raise UnreadableForm(f"{name[:100]!r} is no file here; the file is {self._layout.file!r}", param=name[:100])
        if is_file:
            if self.attached is not None:
                raise UnreadableForm(f"the form has more than one {name!r}", param=name)
            told = self._headers.get(b"content-type")
            mime_type = None if told is None else _text(told, "a part's Content-Type")
            self.attached = Attached(_text(options.get(b"filename", b""), "the file's name"), mime_type, self._draft())
        self._part = _Part(name, is_file)

    def _on_data(self, data: bytes, start: int, end: int) -> None:
        part = self._part
        assert part is not None
        part.size += end - start
        if part.is_file:
            assert self.attached is not None
            if part.size > self._file_size_max:
                raise TooMuchInForm(f"{part.name!r} is larger than {self._file_size_max} bytes", param=part.name)
            self.attached.draft.write(data[start:end])
            return
        self._fields_size += end - start
        if part.size > FIELD_SIZE_MAX or self._fields_size > FIELDS_SIZE_MAX:
            raise TooMuchInForm(f"the fields of a form have at most {FIELD_SIZE_MAX} bytes each", param=part.name[:100])
        part.pieces.append(data[start:end])

    def _on_part_end(self) -> None:
        part, self._part = self._part, None
        if part is None:
            raise UnreadableForm("a part of the form has no Content-Disposition with a name")
        if not part.is_file:
            self.fields.append((part.name, _text(b"".join(part.pieces), part.name[:100])))

    def _on_end(self) -> None:
        self._ended = True


def _boundary(content_type: str) -> bytes:
    kind, options = parse_options_header(content_type)
    if kind != b"multipart/form-data":
        raise UnreadableForm("this endpoint takes a form: Content-Type must be multipart/form-data")
    boundary = options.get(b"boundary", b"")
    if not 0 < len(boundary) <= BOUNDARY_LENGTH_MAX:
        raise UnreadableForm(
            f"Content-Type must say the form's boundary, of 1 to {BOUNDARY_LENGTH_MAX} characters; let your HTTP "
            "client set the header"
        )
    return boundary


def _text(value: bytes, what: str) -> str:
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        raise UnreadableForm(f"{what} is not UTF-8") from None
