"""Signatures of ID tokens. A part of its own, as it brings a library of cryptography along: import it when needed."""

from tokenry.access.oidc.signatures.tokens import Keys, UnknownKey

__all__ = ["Keys", "UnknownKey"]
