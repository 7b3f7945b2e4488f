"""The log of signed roots, checked: that each line follows the one before and is signed by the key that it names.

Whose key that is, is for people to know: it stands beside the answer, to be held against the one that was published.
Source of the form: `tokenry.corpus`, `roots.jsonl`, version 1.
"""

from __future__ import annotations

from hashlib import sha256
from typing import Final, Literal, NamedTuple

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from tokenry.sets.papers import Count, Hash

NAME: Final = "roots.jsonl"
SIZE_MAX: Final = 1024 * 1024  # bytes: some two thousand signatures
_NOTHING_BEFORE: Final = "00" * 32

State = Literal["none", "good", "older", "broken"]


class _Committed(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    root: Hash
    size: Count


class _Statement(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    number: Count
    before: Hash
    manifest: Hash
    documents: _Committed
    bands: _Committed | None
    key: Hash
    type: Literal["tokenry.corpus.root"]
    version: Literal[1]


class _Root(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    statement: _Statement
    signature: str


class Signature(NamedTuple):
    """How a set is signed.

    Args:
        state: none; good = the newest root is of this manifest; older = of one before; broken = the log was changed.
        why: what is wrong with a broken one.
        number: of the newest root. key: the public key that signed it, hex. sha256: of its line.
    """

    state: State
    why: str | None = None
    number: int | None = None
    key: str | None = None
    sha256: str | None = None


def signature(log: bytes, manifest_sha256: str) -> Signature:
    """What a log says about a manifest. A torn last line is left out: it was never whole."""
    last: _Root | None = None
    before = _NOTHING_BEFORE
    for number, line in enumerate(log[: log.rfind(b"\n") + 1].splitlines(), 1):
        try:
            root = msgspec.json.decode(line, type=_Root)
        except msgspec.DecodeError:
            return Signature("broken", f"{NAME}:{number} is no signed root")
        if _canonical(root) != line or (root.statement.number, root.statement.before) != (number, before):
            return Signature("broken", f"{NAME}:{number} does not follow the line before")
        if not _genuine(root):
            return Signature("broken", f"{NAME}:{number} is not signed by the key that it names")
        last, before = root, sha256(line).hexdigest()
    if last is None:
        return Signature("none")
    said = last.statement
    return Signature("good" if said.manifest == manifest_sha256 else "older", None, said.number, said.key, before)


def _canonical(document: object) -> bytes:
    return msgspec.json.encode(document, order="sorted")


def _genuine(root: _Root) -> bool:
    try:
        public = Ed25519PublicKey.from_public_bytes(bytes.fromhex(root.statement.key))
        public.verify(bytes.fromhex(root.signature), _canonical(root.statement))
    except (InvalidSignature, ValueError):
        return False
    return True
