"""Signed roots: what a set was at some time, said so that nobody can unsay it.

A log of one JSON document a line, `roots.jsonl`. Each says the manifest's sha256 and the roots of its trees, its line's
number and the sha256 of the line before, and is signed with Ed25519 (RFC 8032). Whoever keeps the last line, or has
it time-stamped, has all of them. Lines are only ever added; none holds a time, for a clock that signs itself proves
nothing. The private key never lies in a set's folder: that folder is what people publish.
"""

from __future__ import annotations

import os
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import Final, Literal

import msgspec
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from tokenry.corpus.durable import lock, sync_folder
from tokenry.corpus.errors import RunFolderError
from tokenry.corpus.papers.manifest import read_hashed
from tokenry.corpus.papers.merkle import Commitment

NAME: Final = "roots.jsonl"
NOTHING_BEFORE: Final = "00" * 32
_KEY_SIZE_MAX = 64 * 1024


class Committed(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A tree's root as hex, and its number of entries."""

    root: str
    size: int

    @property
    def commitment(self) -> Commitment:
        return Commitment(bytes.fromhex(self.root), self.size)


class Statement(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is signed. Hashes and the public key are hex."""

    number: int  # of the line, from 1
    before: str  # sha256 of the line before, without its end
    manifest: str  # sha256 of manifest.json
    documents: Committed  # over the digests of the normalised texts
    bands: Committed | None  # over the band keys; None where the recipe made none
    key: str  # the public key that signs
    type: Literal["tokenry.corpus.root"]
    version: Literal[1]


class Root(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A statement and its signature."""

    statement: Statement
    signature: str

    @property
    def line(self) -> bytes:
        """As it stands in the log, without the end of line: what an outside time-stamp is taken of."""
        return canonical(self)

    @property
    def sha256(self) -> str:
        return sha256(self.line).hexdigest()

    @property
    def genuine(self) -> bool:
        """Whether the key that it names signed it."""
        try:
            public = Ed25519PublicKey.from_public_bytes(bytes.fromhex(self.statement.key))
            public.verify(bytes.fromhex(self.signature), canonical(self.statement))
        except (InvalidSignature, ValueError):
            return False
        return True


def canonical(document: object) -> bytes:
    """JSON with sorted keys and no blanks: the bytes that are signed and hashed."""
    return msgspec.json.encode(document, order="sorted")


def sign(out: Path, key: Ed25519PrivateKey) -> Root:
    """Add a root for the manifest as it stands, and answer it; the newest where that says the same already.

    Args:
        out: a finished set.
        key: signs.

    Raises:
        RunFolderError: the log is broken, in use, or cannot be written.
    """
    read_hashed(out)  # before there is a log of a folder that is no set
    try:
        file = os.open(out / NAME, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    except OSError as error:
        raise RunFolderError(f"{out / NAME}: {error.strerror}") from error
    try:
        lock(file, wait=True)
        there = read(out)
        manifest, digest = read_hashed(out)
        trees = manifest["trees"]
        last = there[-1] if there else None
        statement = Statement(
            number=len(there) + 1,
            before=last.sha256 if last else NOTHING_BEFORE,
            manifest=digest,
            documents=msgspec.convert(trees["documents"], Committed),
            bands=msgspec.convert(trees["bands"], Committed | None),
            key=public_of(key),
            type="tokenry.corpus.root",
            version=1,
        )
        if last is not None and _same(last.statement, statement):
            return last
        root = Root(statement, key.sign(canonical(statement)).hex())
        whole = sum(len(one.line) + 1 for one in there)  # a last line that a kill tore goes
        os.ftruncate(file, whole)
        _write(file, root.line + b"\n", whole)
        sync_folder(out)
    except OSError as error:
        raise RunFolderError(f"{out / NAME}: {error.strerror}; make room and sign again") from error
    finally:
        os.close(file)
    return root


def read(out: Path) -> list[Root]:
    """The log from its first line; a torn last line is left out.

    Raises:
        RunFolderError: a line is no root, is not signed by the key that it names, or does not follow the one before.
    """
    try:
        text = (out / NAME).read_bytes()
    except FileNotFoundError:
        return []
    except OSError as error:
        raise RunFolderError(f"{out / NAME}: {error.strerror}") from error
    roots: list[Root] = []
    for number, line in enumerate(text[: text.rfind(b"\n") + 1].splitlines(), 1):
        try:
            root = msgspec.json.decode(line, type=Root)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise RunFolderError(f"{NAME}:{number} is no signed root: {error}") from error
        before = roots[-1].sha256 if roots else NOTHING_BEFORE
        if root.line != line or (root.statement.number, root.statement.before) != (number, before):
            raise RunFolderError(f"{NAME}:{number} does not follow the line before: the log was changed")
        if not root.genuine:
            raise RunFolderError(f"{NAME}:{number} is not signed by the key that it names: the log was changed")
        roots.append(root)
    return roots


def key_of(out: Path, path: Path | None = None) -> Ed25519PrivateKey:
    """The key that signs a set: that in a file, or else in the one beside the set.

    Raises:
        RunFolderError: the file lies in the set's folder, or as `key_in`.
    """
    path = path or key_beside(out)
    if path.resolve().is_relative_to(out.resolve()):
        raise RunFolderError(f"{path} lies in the set's own folder, which is what people publish; name another --key")
    return key_in(path)


def key_in(path: Path) -> Ed25519PrivateKey:
    """The private key in a file (PEM, PKCS 8); made, for its owner alone to read, where there is none.

    Raises:
        RunFolderError: it cannot be read or made, holds no Ed25519 key, or others may read it.
    """
    try:
        if not path.exists():
            _make(path)
        with path.open("rb") as file:
            if os.fstat(file.fileno()).st_mode & 0o077:
                raise RunFolderError(f"others than its owner may read {path}: chmod 600 it, or name another --key")
            key = load_pem_private_key(file.read(_KEY_SIZE_MAX), password=None)
    except OSError as error:
        raise RunFolderError(f"the key {path}: {error.strerror}") from error
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise RunFolderError(f"{path} holds no private key in PEM without a password: {error}") from error
    if not isinstance(key, Ed25519PrivateKey):
        raise RunFolderError(f"{path} holds another kind of key; an Ed25519 key is needed")
    return key


def key_beside(out: Path) -> Path:
    """Where a set's key lies unless another is named: beside its folder, never in it."""
    whole = Path(os.path.abspath(out))  # not `resolve`: a link to a set has its own
    return whole.with_name(f"{whole.name}.key.pem")


def public_of(key: Ed25519PrivateKey) -> str:
    """The public part, hex."""
    return key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw).hex()


def _same(one: Statement, other: Statement) -> bool:
    names = ("manifest", "documents", "bands", "key")
    return all(getattr(one, name) == getattr(other, name) for name in names)


def _make(path: Path) -> None:
    pem = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    beside = path.with_name(f"{path.name}.{os.getpid()}.partial")
    file = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    try:
        _write(file, pem, 0)
        with suppress(FileExistsError):  # never over a key that somebody made meanwhile
            os.link(beside, path)
    finally:
        os.close(file)
        beside.unlink()
    sync_folder(path.parent)


def _write(file: int, text: bytes, at: int) -> None:
    written = 0
    while written < len(text):
        written += os.pwrite(file, text[written:], at + written)
    os.fsync(file)
