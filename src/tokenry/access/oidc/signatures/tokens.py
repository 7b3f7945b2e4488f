"""Signatures of ID tokens, against the keys that a provider publishes. Knows JOSE; what a token says is claims.py's.

Imported on first use: it brings a library of cryptography along. Sources: RFC 7515, 7517, 7518, 8725.
"""

from __future__ import annotations

from typing import Any, TypeAlias

import msgspec
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, JWKRegistry, OKPKey, RSAKey

from tokenry.access.oidc.provider import ALGORITHMS, SignInRefused

TOKEN_LENGTH_MAX = 64 * 1024
KEYS_MAX = 100
_RSA_DIGITS_MIN = 342  # of 2,048 bits in base64url
PublicKey: TypeAlias = RSAKey | ECKey | OKPKey
_KINDS: dict[str, type[RSAKey] | type[ECKey] | type[OKPKey]] = {"RS": RSAKey, "PS": RSAKey, "ES": ECKey, "Ed": OKPKey}
_registry = jws.JWSRegistry(algorithms=sorted(ALGORITHMS))


class UnknownKey(SignInRefused):
    """The token names a key that is not among those known: the provider may have a new one."""


class Keys:
    """The public keys of one provider."""

    def __init__(self, document: bytes) -> None:
        """Read a JWK set; what is no public key for signatures is left out. Raises SignInRefused."""
        try:
            told = msgspec.json.decode(document, type=dict[str, Any]).get("keys")
        except (msgspec.MsgspecError, UnicodeDecodeError):
            told = None
        if not isinstance(told, list):
            raise SignInRefused("The provider's keys cannot be read.")
        self._keys: list[PublicKey] = [key for key in (_public_key(one) for one in told[:KEYS_MAX]) if key is not None]

    def verified(self, token: str) -> dict[str, Any]:
        """The claims of a token that one of these keys has signed.

        Raises:
            UnknownKey: it names none of them.
            SignInRefused: it is no token, is not signed, or not by the key that it names, or by an algorithm that is
                not for key pairs.
        """
        header = _header(token)
        algorithm, name = header.get("alg"), header.get("kid")
        if algorithm not in ALGORITHMS:
            raise SignInRefused("The provider's token is not signed by a key pair.")
        kind = _KINDS[algorithm[:2]]
        fitting = [key for key in self._keys if isinstance(key, kind) and _may(key, algorithm)]
        named = [key for key in fitting if key.kid == name] if name is not None else fitting
        if not named or (name is None and len(named) > 1):
            raise UnknownKey("The provider's token is signed by a key that the provider does not publish.")
        try:
            claims = msgspec.json.decode(
                jws.deserialize_compact(token, named[0], registry=_registry).payload, type=dict[str, Any]
            )
        except (JoseError, ValueError, msgspec.MsgspecError):
            raise SignInRefused("The signature of the provider's token is wrong.") from None
        return claims


def _header(token: str) -> dict[str, Any]:
    if len(token) > TOKEN_LENGTH_MAX or token.count(".") != 2 or not token.isascii():
        raise SignInRefused("The provider's token cannot be read.")
    try:
        header = jws.extract_compact(token.encode()).headers()
    except (JoseError, ValueError):
        raise SignInRefused("The provider's token cannot be read.") from None
    return dict(header)


def _public_key(told: Any) -> PublicKey | None:
    if not isinstance(told, dict) or told.get("use", "sig") != "sig" or told.get("kty") not in {"RSA", "EC", "OKP"}:
        return None
    if told["kty"] == "RSA" and len(str(told.get("n", ""))) < _RSA_DIGITS_MIN:
        return None
    try:
        key = JWKRegistry.import_key(told)
    except (JoseError, ValueError, TypeError, KeyError):
        return None  # of a kind that nobody here knows; the others count
    return key if isinstance(key, RSAKey | ECKey | OKPKey) else None


def _may(key: PublicKey, algorithm: str) -> bool:
    """A key that says what it is for is for nothing else."""
    return key.get("alg") in {None, algorithm}
