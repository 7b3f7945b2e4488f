"""What an ID token must say before anybody believes it, and what is read out of it. Pure; signatures are tokens.py's.

Source: OpenID Connect Core 1.0, section 3.1.3.7.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tokenry.access.oidc.provider import Provider, SignInRefused
from tokenry.base.addresses import address_key

SKEW_S = 60  # between the provider's clock and ours
AGE_S_MAX = 600  # of a token when it comes
SUBJECT_LENGTH_MAX = 255
EMAIL_LENGTH_MAX = 254
GROUPS_MAX = 1000


@dataclass(frozen=True, slots=True)
class Person:
    """Who a provider says somebody is. `groups` None = it says nothing of groups."""

    subject: str
    email: str | None
    email_verified: bool
    name: str | None
    groups: tuple[str, ...] | None


def check_claims(claims: Mapping[str, Any], provider: Provider, nonce: str, now_s: int) -> None:
    """Raise SignInRefused unless the token was made by this provider, for us, for this sign-in, just now."""
    if claims.get("iss") != provider.issuer:
        raise SignInRefused("The provider's token was issued by another provider.")
    _check_audience(claims, provider.client_id)
    expires, issued = _moment(claims, "exp"), _moment(claims, "iat")
    if now_s >= expires + SKEW_S:
        raise SignInRefused("The provider's token has expired. Begin again; if it lasts, look at the clocks.")
    if issued > now_s + SKEW_S or issued < now_s - AGE_S_MAX - SKEW_S:
        raise SignInRefused("The provider's token was not made just now. Begin again; if it lasts, look at the clocks.")
    if "nbf" in claims and _moment(claims, "nbf") > now_s + SKEW_S:
        raise SignInRefused("The provider's token is not valid yet; look at the clocks.")
    shown = claims.get("nonce")
    if not isinstance(shown, str) or not hmac.compare_digest(shown.encode(), nonce.encode()):
        raise SignInRefused("The provider's token belongs to another sign-in. Begin again.")
    subject = claims.get("sub")
    if not isinstance(subject, str) or not 0 < len(subject) <= SUBJECT_LENGTH_MAX:
        raise SignInRefused("The provider's token does not say who you are.")


def read_person(claims: Mapping[str, Any], provider: Provider) -> Person:
    """Who a checked token speaks of. Raises SignInRefused for an address outside the domains that may come in."""
    email, name = claims.get("email"), claims.get("name")
    if not isinstance(email, str) or not 3 <= len(email) <= EMAIL_LENGTH_MAX or "@" not in email:
        email = None
    verified = email is not None and claims.get("email_verified") in {True, "true"}
    if provider.email_domains:
        domain = address_key(email or "").rpartition("@")[2]
        if not verified or domain not in {address_key(one) for one in provider.email_domains}:
            raise SignInRefused("Only people with a verified address of certain domains may come in this way.")
    return Person(
        subject=claims["sub"],
        email=email,
        email_verified=verified,
        name=name.strip()[:100] if isinstance(name, str) and name.strip().isprintable() and name.strip() else None,
        groups=_groups(claims, provider.groups_claim),
    )


def _groups(claims: Mapping[str, Any], claim: str | None) -> tuple[str, ...] | None:
    """A claim by its name, or by a path with dots (`realm_access.roles`); one word is a list of one."""
    if claim is None:
        return None
    found: Any = claims.get(claim)
    if found is None:
        found = claims
        for step in claim.split("."):
            found = found.get(step) if isinstance(found, Mapping) else None
    if isinstance(found, str):
        found = [found]
    if not isinstance(found, list):
        return None
    return tuple(dict.fromkeys(one for one in found[:GROUPS_MAX] if isinstance(one, str)))


def _check_audience(claims: Mapping[str, Any], client_id: str) -> None:
    audience, party = claims.get("aud"), claims.get("azp")
    meant = [audience] if isinstance(audience, str) else audience
    if not isinstance(meant, list) or client_id not in meant:
        raise SignInRefused("The provider's token is meant for another application.")
    if (len(meant) > 1 or party is not None) and party != client_id:
        raise SignInRefused("The provider's token was given to another application.")


def _moment(claims: Mapping[str, Any], name: str) -> int:
    value = claims.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < 2**40:
        raise SignInRefused(f"The provider's token does not say {name!r} as it should.")
    return int(value)
