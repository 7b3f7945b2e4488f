"""A sign-in provider as it is configured and as it describes itself, and the address that somebody is sent to.

Sources: OpenID Connect Core 1.0, OpenID Connect Discovery 1.0, RFC 7636 (PKCE), RFC 9207 (`iss` of an answer). Pure.
"""

from __future__ import annotations

from base64 import urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlencode, urlsplit

import msgspec

from tokenry.access.roles import OrganizationRole
from tokenry.base.errors import TokenryError

URL_LENGTH_MAX = 2048
ALGORITHMS = frozenset(
    {"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", "Ed25519"}
)  # signatures by a key pair alone: never `none`, and no HS, whose key would be one that is public


class ProviderFailed(TokenryError):
    """A sign-in provider does not answer, or answers with something that is no answer."""

    status = 502
    type = "server_error"
    code = "sign_in_provider_failed"


class SignInRefused(TokenryError):
    """Somebody may not come in this way, or what they bring does not prove who they are."""

    status = 403
    type = "invalid_request_error"
    code = "sign_in_refused"


@dataclass(frozen=True, slots=True)
class Provider:
    """A provider as it is configured.

    Args:
        name: in addresses and in the tables.
        title: on the button.
        client_secret: None = a public client, which PKCE alone protects.
        groups_claim: the claim that lists a person's groups there; None = groups are not looked at.
        roles: the provider's group -> the role in the organization.
        default_role: of whoever no group gives one; None = they may come in only if they have a place here already.
        email_domains: only people with a verified address in one of these; empty = all.
        organization_id: where people of this provider belong.
    """

    name: str
    title: str
    issuer: str
    client_id: str
    client_secret: str | None
    organization_id: str
    scopes: tuple[str, ...] = ("openid", "email", "profile")
    groups_claim: str | None = None
    roles: Mapping[str, OrganizationRole] = field(default_factory=dict)
    default_role: OrganizationRole | None = None
    email_domains: tuple[str, ...] = ()

    @property
    def discovery_url(self) -> str:
        return self.issuer.rstrip("/") + "/.well-known/openid-configuration"


class Description(msgspec.Struct, frozen=True):
    """What of a provider's own description is used."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    userinfo_endpoint: str | None = None
    token_endpoint_auth_methods_supported: tuple[str, ...] = ("client_secret_basic",)
    authorization_response_iss_parameter_supported: bool = False


@dataclass(frozen=True, slots=True)
class Secrets:
    """What one sign-in is bound to: none of it is ever used twice."""

    state: str
    nonce: str
    verifier: str


def read_description(provider: Provider, document: bytes) -> Description:
    """A provider's description of itself. Raises ProviderFailed when it is none, or another provider's."""
    try:
        told = msgspec.json.decode(document, type=Description)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise ProviderFailed(f"{provider.title} describes itself in a way that cannot be read: {error}") from None
    if told.issuer != provider.issuer:
        raise ProviderFailed(
            f"{provider.title} says it is {told.issuer[:200]!r}; write exactly that as `issuer` if it is right"
        )
    for url in (told.authorization_endpoint, told.token_endpoint, told.jwks_uri, told.userinfo_endpoint):
        if url is not None and not is_safe(url):
            raise ProviderFailed(f"{provider.title} names an address without TLS: {url[:200]!r}")
    return told


def is_safe(url: str) -> bool:
    """Whether secrets may travel there: by TLS, or within this machine."""
    if len(url) > URL_LENGTH_MAX:
        return False
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        return False
    if parts.scheme == "https":
        return bool(host)
    return parts.scheme == "http" and is_loopback(host)


def is_loopback(host: str) -> bool:
    """Whether a host name or address is this machine itself. Names are not looked up."""
    if host == "localhost":
        return True
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def authorization_url(provider: Provider, told: Description, secrets: Secrets, back: str) -> str:
    """Where somebody is sent to sign in; they come back to `back`."""
    challenge = urlsafe_b64encode(sha256(secrets.verifier.encode()).digest()).rstrip(b"=").decode()
    asked = {
        "response_type": "code",
        "client_id": provider.client_id,
        "redirect_uri": back,
        "scope": " ".join(dict.fromkeys(("openid", *provider.scopes))),
        "state": secrets.state,
        "nonce": secrets.nonce,
        "code_challenge": challenge,
        "code_challenge_method": "S256",
    }
    mark = "&" if urlsplit(told.authorization_endpoint).query else "?"
    return f"{told.authorization_endpoint}{mark}{urlencode(asked)}"


def token_request(
    provider: Provider, told: Description, code: str, verifier: str, back: str
) -> tuple[dict[str, str], tuple[str, str] | None]:
    """The form that exchanges a code for tokens, and user and password for Basic authentication, if that is the way."""
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": back, "code_verifier": verifier}
    secret, ways = provider.client_secret, told.token_endpoint_auth_methods_supported
    if secret is None:
        return {**form, "client_id": provider.client_id}, None
    if "client_secret_basic" not in ways and "client_secret_post" in ways:
        return {**form, "client_id": provider.client_id, "client_secret": secret}, None
    return form, (provider.client_id, secret)


def check_answer(told: Description, query: Mapping[str, Any]) -> str:
    """The code that a provider sent somebody back with. Raises SignInRefused."""
    issuer = query.get("iss")
    if (issuer is not None or told.authorization_response_iss_parameter_supported) and issuer != told.issuer:
        raise SignInRefused("The answer comes from another provider than the one that was asked. Begin again.")
    if "error" in query:
        raise SignInRefused(f"The provider did not let you in ({str(query['error'])[:60]!r}). Begin again.")
    code = query.get("code")
    if not isinstance(code, str) or not 0 < len(code) <= URL_LENGTH_MAX:
        raise SignInRefused("The provider sent you back without a code. Begin again.")
    return code
