"""Certificates: `/v1/tokenry/certificates`, each as JSON, as SVG, or as PDF."""

from __future__ import annotations

from typing import Literal

import msgspec

from tokenry.api.certificates.acts import address_of, file_name, file_of, register_of
from tokenry.api.certificates.acts import reissue as reissue_one
from tokenry.api.guarded import Call, Form, Guarded, Page, Paged, Query, Taken, listed
from tokenry.api.rooms import Rooms
from tokenry.programmes.certificates import MEDIA, Certificate, Statement


class CertificateShape(msgspec.Struct, kw_only=True):
    """A certificate: what is signed, the signature (Ed25519, base64url), and where anybody may verify it.

    `verify_url` is null while the server does not know under which address it is reached.
    """

    id: str
    statement: Statement
    signature: str
    fingerprint: str
    verify_url: str | None
    object: Literal["tokenry.certificate"] = "tokenry.certificate"


class AskCertificate(Query, kw_only=True, frozen=True):
    """In which form; None = what the caller accepts."""

    format: Literal["json", "svg", "pdf"] | None = None


class Reissue(Taken, kw_only=True, frozen=True):
    """The name that is to stand on it; the organization's own when not said."""

    name: str | None = None


def listing(call: Call) -> Page[CertificateShape]:
    """List certificates. Of your organization, the largest milestone first."""
    ask: Paged = call.query
    found = register_of(call.rooms).listing(call.organization_id)
    return listed(found, ask, lambda one: one.statement.id, lambda one: shape(call.rooms, one))


def retrieve(call: Call) -> CertificateShape:
    """Retrieve a certificate. As JSON, or to hang up (`image/svg+xml`, `application/pdf`)."""
    return shape(call.rooms, register_of(call.rooms).find(call.path["certificate_id"], call.organization_id))


def reissue(call: Call) -> CertificateShape:
    """Reissue a certificate. The same milestone under another name, signed with the key of today."""
    ask: Reissue = call.body
    return shape(call.rooms, reissue_one(call.rooms, call.actor, call.path["certificate_id"], ask.name))


def shape(rooms: Rooms, certificate: Certificate) -> CertificateShape:
    """A certificate as it is shown."""
    statement = certificate.statement
    return CertificateShape(
        id=statement.id, statement=statement, signature=certificate.signature, fingerprint=certificate.fingerprint,
        verify_url=address_of(rooms, statement.id),
    )  # fmt: skip


def _picture(call: Call, given: CertificateShape) -> bytes:
    return file_of(call.rooms, _of(given), "svg")


def _paper(call: Call, given: CertificateShape) -> bytes:
    return file_of(call.rooms, _of(given), "pdf")


def _of(given: CertificateShape) -> Certificate:
    return Certificate(statement=given.statement, signature=given.signature)


def _called(_call: Call, given: CertificateShape) -> dict[str, str]:
    return {"content-disposition": f'attachment; filename="{file_name(_of(given), "pdf")}"'}


_ALL, _ONE = "/v1/tokenry/certificates", "/v1/tokenry/certificates/{certificate_id}"
_POLICY = {"content-security-policy": "default-src 'none'; sandbox"}
_FORMS = (
    Form("svg", MEDIA["svg"], _picture, lambda *_: _POLICY),
    Form("pdf", MEDIA["pdf"], _paper, _called),
)
ROUTES = (
    Guarded("GET", _ALL, "organization.read", listing, asks=Paged),
    Guarded("GET", _ONE, "organization.read", retrieve, asks=AskCertificate, forms=_FORMS),
    Guarded("POST", f"{_ONE}/reissue", "organization.write", reissue, takes=Reissue, example={"name": "Our Institute"}),
)
