"""The built pages, read into memory once: every file with its type, its tag and its compressed forms.

A server goes on sending what it started with, whatever an upgrade puts in its place. Files are found by name in a table
that was made at the start, so that no path a client thinks up is ever looked for on the disk.
"""

from __future__ import annotations

import gzip
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Final

from tokenry.api.web.negotiation import IDENTITY

DIST: Final = Path(__file__).parent / "dist"
INDEX: Final = "index.html"
LICENCES: Final = "THIRD-PARTY.txt"
FOLDER: Final = "assets"
_FORMS = {".br": "br", ".gz": "gzip"}
_MEDIA = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".ico": "image/x-icon",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".mjs": "text/javascript; charset=utf-8",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".ttf": "font/ttf",
    ".txt": "text/plain; charset=utf-8",
    ".wasm": "application/wasm",
    ".webmanifest": "application/manifest+json",
    ".webp": "image/webp",
    ".woff": "font/woff",
    ".woff2": "font/woff2",
}


@dataclass(frozen=True, slots=True)
class Asset:
    """One file.

    Attributes:
        media: its content type.
        forms: its bytes by encoding; `identity` is not among them when `gzip` is.
        hashed: its content's hash, the same for all forms.
    """

    media: str
    forms: Mapping[str, bytes]
    hashed: str

    def body(self, encoding: str) -> bytes:
        """Its bytes in a form that it has, or plain."""
        if encoding not in self.forms:
            return gzip.decompress(self.forms["gzip"])
        return self.forms[encoding]

    def tag(self, encoding: str) -> str:
        """The entity tag of one form, in quotation marks."""
        return f'"{self.hashed}-{encoding}"'


@dataclass(frozen=True, slots=True)
class Bundle:
    """All files of the pages.

    Attributes:
        index: the one HTML file.
        licences: of the packages that the pages are made of; None in a build by hand.
        assets: the rest by path below `/assets/`; their names change with their content.
    """

    index: Asset
    licences: Asset | None
    assets: Mapping[str, Asset]


def is_built(folder: Path = DIST) -> bool:
    """Whether there are pages to read."""
    return (folder / INDEX).is_file()


def read_bundle(folder: Path = DIST) -> Bundle | None:
    """What was built into a folder; None when nothing was. Reads the disk."""
    if not is_built(folder):
        return None
    top = folder / FOLDER
    names = {path.with_suffix("") if path.suffix in _FORMS else path for path in top.rglob("*") if path.is_file()}
    assets = {path.relative_to(top).as_posix(): _read(path) for path in names}
    licences = _read(folder / LICENCES) if (folder / LICENCES).is_file() else None
    return Bundle(_read(folder / INDEX), licences, assets)


def _read(path: Path) -> Asset:
    lying = {IDENTITY: path} | {form: path.with_name(path.name + suffix) for suffix, form in _FORMS.items()}
    forms = {form: place.read_bytes() for form, place in lying.items() if place.is_file()}
    hashed = sha256(forms.get(IDENTITY) or forms["gzip"]).hexdigest()[:20]
    return Asset(_MEDIA.get(path.suffix, "application/octet-stream"), forms, hashed)
