"""The keys that certificates are signed with: one private key in a file, and all public ones, for good, in app.db.

A key that was changed for another signs nothing more, and what it signed verifies as before. The private part is never
told to anybody; the file is made when the first certificate is, unless the configuration names one.

Sources: Ed25519, RFC 8032; a key's id is its JWK thumbprint, RFC 7638 and RFC 8037.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from tokenry import storage
from tokenry.base.clock import Clock
from tokenry.programmes.certificates.statement import (
    Certificate,
    NotACertificate,
    Statement,
    canonical,
    decoded,
    encoded,
)
from tokenry.storage import AppDb, StorageError, Transaction, write_durably

table = storage.tables.certificate_keys
FILE_NAME: Final = "certificates.pem"
_SIZE_MAX = 64 * 1024


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A key's public part, `public` base64url. Times are nanoseconds since the epoch."""

    id: str
    public: str
    created_at: int
    retired_at: int | None

    def signed(self, certificate: Certificate) -> bool:
        """Whether this key signed it, as it stands. Raises NotACertificate for a signature that is none."""
        return verifies(self.public, certificate.statement, certificate.signature)


@dataclass(frozen=True, slots=True)
class SigningKey:
    """The private key, opened."""

    private: Ed25519PrivateKey

    @property
    def public(self) -> str:
        """The public part, base64url."""
        return encoded(self.private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw))

    @property
    def id(self) -> str:
        return thumbprint(self.public)

    def sign(self, statement: Statement) -> str:
        """The signature, base64url."""
        return encoded(self.private.sign(canonical(statement)))


def thumbprint(public: str) -> str:
    """The id of a public key: SHA-256 over its JWK's required members, in their order."""
    return encoded(sha256(f'{{"crv":"Ed25519","kty":"OKP","x":"{public}"}}'.encode()).digest())


def verifies(public: str, statement: Statement, signature: str) -> bool:
    """Whether a signature over a statement is by this key. Raises NotACertificate for a signature that is none."""
    try:
        Ed25519PublicKey.from_public_bytes(decoded(public)).verify(decoded(signature), canonical(statement))
    except InvalidSignature:
        return False
    return True


class KeyRing:
    """The keys of one installation. Calls block."""

    def __init__(self, db: AppDb, clock: Clock, folder: Path) -> None:
        self._db = db
        self._clock = clock
        self._folder = folder
        self.file: Path | None = None  # of the configuration in force; None = our own

    def current(self) -> SigningKey:
        """The key that signs, made when there is none; its public part is on record when this returns.

        Raises:
            StorageError: its file cannot be read or made, or holds no Ed25519 key.
        """
        path = self.file or self._folder / FILE_NAME
        if self.file is None and not path.exists():
            _write(path, Ed25519PrivateKey.generate())
        key = SigningKey(_read(path))
        with self._db.read() as connection:
            known = connection.execute(table.select().where(table.c.id == key.id)).one_or_none()
        if known is None or known.retired_at is not None:
            with self._db.write() as connection:
                self.record(connection, key)
        return key

    def rotate(self, connection: Transaction) -> SigningKey:
        """Another key from now on. The caller's transaction records it; without that, the next use of it does.

        Raises:
            StorageError: the file cannot be written, or is the configuration's to change.
        """
        if self.file is not None:
            raise StorageError(
                f"the key is the file {self.file} that milestones.key_file names: put another key there, and it signs"
            )
        key = SigningKey(Ed25519PrivateKey.generate())
        _write(self._folder / FILE_NAME, key.private)
        self.record(connection, key)
        return key

    def record(self, connection: Transaction, key: SigningKey) -> None:
        """This key signs from now on, and no other."""
        now_ns = self._clock.now_ns()
        others = table.update().where(table.c.id != key.id, table.c.retired_at.is_(None))
        connection.execute(others, {"retired_at": now_ns})
        if connection.execute(table.update().where(table.c.id == key.id), {"retired_at": None}).rowcount == 0:
            row = {"id": key.id, "public": key.public, "created_at": now_ns, "retired_at": None}
            connection.execute(table.insert(), row)

    def public(self) -> tuple[PublicKey, ...]:
        """All there ever were, oldest first."""
        with self._db.read() as connection:
            rows = connection.execute(table.select().order_by(table.c.created_at, table.c.id)).all()
        return tuple(PublicKey(**row._asdict()) for row in rows)

    def find(self, key_id: str) -> PublicKey | None:
        """The one with this id."""
        with self._db.read() as connection:
            row = connection.execute(table.select().where(table.c.id == key_id)).one_or_none()
        return None if row is None else PublicKey(**row._asdict())


def key_set(keys: tuple[PublicKey, ...]) -> dict[str, Any]:
    """Public keys as a JSON Web Key Set (RFC 7517)."""
    return {
        "keys": [
            {"kty": "OKP", "crv": "Ed25519", "x": key.public, "kid": key.id, "use": "sig", "alg": "EdDSA"}
            for key in keys
        ]
    }


def _write(path: Path, key: Ed25519PrivateKey) -> None:
    try:
        write_durably(path, key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    except OSError as error:
        raise StorageError(f"cannot write {path}: {error.strerror}; check the folder's owner and mode") from error


def _read(path: Path) -> Ed25519PrivateKey:
    try:
        with path.open("rb") as file:
            key = load_pem_private_key(file.read(_SIZE_MAX), password=None)
    except OSError as error:
        raise StorageError(f"cannot read the key of certificates, {path}: {error.strerror}") from error
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise StorageError(f"{path} holds no private key in PEM that opens without a password") from error
    if not isinstance(key, Ed25519PrivateKey):
        raise StorageError(f"the key in {path} is no Ed25519 key; make one with: openssl genpkey -algorithm ed25519")
    return key


__all__ = ["FILE_NAME", "KeyRing", "NotACertificate", "PublicKey", "SigningKey", "key_set", "thumbprint", "verifies"]
