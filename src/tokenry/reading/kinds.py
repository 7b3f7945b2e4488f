"""What a file is, by its content. Its name is asked only which sort of text a text is, never whether it is one.

Sources: the magic numbers are those of the formats' own specifications; [MS-CFB] for old Office files and for
encrypted new ones, which lie in the same container.
"""

from __future__ import annotations

from pathlib import PurePath

from tokenry.reading.found import Kind, Unreadable
from tokenry.reading.images import image_type

MEDIA: dict[Kind, str] = {
    "text": "text/plain", "markdown": "text/markdown", "code": "text/plain", "json": "application/json",
    "csv": "text/csv", "html": "text/html", "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}  # fmt: skip
_SUFFIXES: dict[str, Kind] = {
    ".md": "markdown", ".markdown": "markdown", ".csv": "csv", ".tsv": "csv", ".json": "json", ".html": "html",
    ".htm": "html", ".xhtml": "html",
}  # fmt: skip
_OF_CODE = (
    ".bash .c .cc .clj .cpp .cs .css .cu .dart .ex .go .h .hpp .hs .ini .java .js .jsonl .jsx .kt .lua .m .php .pl "
    ".ps1 .py .r .rb .rs .scala .sh .sql .svg .swift .tex .toml .ts .tsx .vue .xml .yaml .yml .zig"
)
_CODE = frozenset(_OF_CODE.split())
_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_ARCHIVES = {
    b"\x1f\x8b": "gzip", b"BZh": "bzip2", b"\xfd7zXZ\0": "xz", b"7z\xbc\xaf\x27\x1c": "7-Zip", b"Rar!\x1a\x07": "RAR",
    b"\x28\xb5\x2f\xfd": "Zstandard",
}  # fmt: skip
_PROGRAMS = (b"\x7fELF", b"MZ\x90\0", b"\xca\xfe\xba\xbe", b"\xcf\xfa\xed\xfe")
_PICTURES = {b"BM": "BMP", b"II*\0": "TIFF", b"MM\0*": "TIFF", b"\0\0\x01\0": "ICO", b"8BPS": "Photoshop"}
HEAD_SIZE = 4096  # bytes that are looked at
_PDF_WITHIN = 1024  # bytes in which its mark may stand (ISO 32000-1, Annex H)


def binary_kind(head: bytes) -> tuple[Kind, str] | None:
    """The kind of a file that is no text, with its media type; None = it may be one. Raises Unreadable.

    A ZIP is called a DOCX here; its reader finds out whether it is.
    """
    if b"%PDF-" in head[:_PDF_WITHIN]:
        return "pdf", MEDIA["pdf"]
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")):
        return "docx", MEDIA["docx"]
    if (image := image_type(head)) is not None:
        return "image", image
    if (sound := _sound(head)) is not None:
        return "audio", sound
    _refuse(head)
    return None


def text_kind(name: str, text: str) -> Kind:
    """Which sort of text it is."""
    start = text[:HEAD_SIZE].lstrip("\ufeff \t\r\n").lower()
    if start.startswith(("<!doctype html", "<html")):
        return "html"
    suffix = PurePath(name).suffix.lower()
    if suffix in _CODE:
        return "code"
    named = _SUFFIXES.get(suffix)
    if named is not None:
        return named
    if start.startswith(("{", "[")):
        return "json"  # its reader falls back to text
    if start.startswith("#!"):
        return "code"
    return "text"


def _refuse(head: bytes) -> None:
    """Say what it is, where that is known and it cannot be read."""
    if head.startswith(_OFFICE):
        raise Unreadable(
            "old_office",
            "this is an Office document of the old kind, or one that is protected by a password; save it without "
            "a password as DOCX or PDF and upload that",
        )
    for mark, name in _ARCHIVES.items():
        if head.startswith(mark):
            raise Unreadable("archive", f"this is a {name} archive; unpack it and upload the files in it")
    if head.startswith(_PROGRAMS):
        raise Unreadable("program", "this is a program, not a document")
    for mark, name in _PICTURES.items():
        if head.startswith(mark) and b"\0" in head:
            raise Unreadable("image_kind", f"this is an image of the kind {name}; save it as PNG or JPEG")
    if head[4:8] == b"ftyp" and head[8:12] in (b"heic", b"heix", b"mif1", b"avif"):
        raise Unreadable("image_kind", "this is an image of the kind HEIC or AVIF; save it as PNG or JPEG")
    if head.startswith(b"{\\rtf"):
        raise Unreadable("rtf", "this is an RTF document; save it as DOCX or PDF and upload that")


def _sound(head: bytes) -> str | None:
    if head[:4] == b"RIFF" and head[8:12] == b"WAVE":
        return "audio/wav"
    if head.startswith(b"ID3") or (len(head) > 1 and head[0] == 0xFF and head[1] & 0xE6 == 0xE2):
        return "audio/mpeg"
    if head.startswith(b"OggS"):
        return "audio/ogg"
    if head.startswith(b"fLaC"):
        return "audio/flac"
    if head[4:8] == b"ftyp" and head[8:12] not in (b"heic", b"heix", b"mif1", b"avif"):
        return "audio/mp4"
    if head.startswith(b"\x1a\x45\xdf\xa3"):
        return "audio/webm"
    return None
