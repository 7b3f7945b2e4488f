"""A certificate as files to look at and to hang up: SVG and PDF, each with the certificate itself inside.

What draws is loaded when the first one is drawn: it takes a while, and most starts never need it.
"""

from __future__ import annotations

from functools import lru_cache
from importlib import import_module
from typing import Any, Literal

from tokenry.base.clock import to_datetime
from tokenry.programmes.certificates.statement import Certificate, at_ns, document

Form = Literal["svg", "pdf"]
MEDIA: dict[Form, str] = {"svg": "image/svg+xml", "pdf": "application/pdf"}
_KEPT = 16  # files


@lru_cache(maxsize=_KEPT)
def printed(certificate: Certificate, form: Form, url: str | None, faces: tuple[str, ...] = ()) -> bytes:
    """The file. The same certificate gives the same bytes.

    Args:
        url: where it is verified; None = nowhere that is known.
        faces: font files of the house, for scripts that the fonts that come along do not have.

    Raises:
        OSError: a font file of the house cannot be read, or is none.
    """
    drawing, picture = _drawing(), _picture(certificate, url, faces)
    text = document(certificate)
    if form == "svg":
        made: str = drawing.svg(picture, text)
        return made.encode()
    box = (*drawing.QR_AT, drawing.QR_SIDE, drawing.QR_SIDE)
    attached = drawing.Attached("certificate.json", "application/json", text.encode(), url, box)
    issued = f"{to_datetime(at_ns(certificate.statement.issued_at)):%Y%m%d%H%M%SZ}"
    written: bytes = drawing.pdf(picture, attached, issued)
    return written


@lru_cache(maxsize=_KEPT)
def _picture(certificate: Certificate, url: str | None, faces: tuple[str, ...]) -> Any:
    drawing, statement = _drawing(), certificate.statement
    return drawing.sheet(
        drawing.Printed(
            organization=statement.organization, issuer=statement.issuer, tokens=statement.threshold_tokens,
            day=certificate.day, id=statement.id, fingerprint=certificate.fingerprint, seed=certificate.seed,
            url=url, faces=faces,
        )
    )  # fmt: skip


def undrawable(name: str, faces: tuple[str, ...] = ()) -> str:
    """The characters of a name that no font at hand has, as one text; empty when all is well. Raises OSError."""
    drawing = _drawing()
    return "".join(sorted(drawing.of_name(drawing.clean(name), 1.0, faces).missing))


def _drawing() -> Any:
    return import_module("tokenry.programmes.certificates.drawing")
