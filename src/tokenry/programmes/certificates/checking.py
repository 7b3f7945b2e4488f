"""Whether a certificate that somebody hands us is one of ours, in words. Blocks for a few reads."""

from __future__ import annotations

from dataclasses import dataclass

from tokenry.base.errors import NotFound
from tokenry.programmes.certificates.register import Register
from tokenry.programmes.certificates.statement import Certificate, NotACertificate, read


@dataclass(frozen=True, slots=True)
class Checked:
    """What came of it. `certificate` is what was handed in, when it could be read; `genuine`: we signed just this."""

    genuine: bool
    words: str
    certificate: Certificate | None = None


def check(register: Register, text: str | bytes) -> Checked:
    """Look at a document that claims to be a certificate of this installation."""
    try:
        certificate = read(text)
        return judge(register, certificate)
    except NotACertificate as error:
        return Checked(genuine=False, words=str(error))


def judge(register: Register, certificate: Certificate) -> Checked:
    """Whether its signature is by one of our keys over exactly what it says. Raises NotACertificate."""
    statement = certificate.statement
    key = register.keys.find(statement.key_id)
    if key is None:
        words = "It is not signed here: it names a key that this installation never had."
        return Checked(genuine=False, words=words, certificate=certificate)
    if not key.signed(certificate):
        words = "It is forged or was changed: the signature does not fit what it says."
        return Checked(genuine=False, words=words, certificate=certificate)
    return Checked(genuine=True, words=_standing(register, certificate), certificate=certificate)


def _standing(register: Register, certificate: Certificate) -> str:
    statement = certificate.statement
    genuine = "It is genuine: signed here, and not a letter of it was changed."
    try:
        newest = register.find(statement.id).statement
    except NotFound:
        return f"{genuine} The books of today do not list it, as after a restored backup."
    if newest.edition > statement.edition:
        return f"{genuine} It was issued anew since, as edition {newest.edition}, for {newest.organization}."
    return genuine
