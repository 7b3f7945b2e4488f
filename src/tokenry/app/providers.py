"""Providers of sign-in, asked over HTTP: their description, their keys, a code exchanged for a token.

Bounded in time and size, and no redirect is followed, so that no answer leads us to an address that nobody configured.
What is believed of an answer is `access.oidc`'s business. Imported only when a provider is configured.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
import msgspec

from tokenry.access import Roster
from tokenry.access.oidc import (
    Description,
    Person,
    Provider,
    ProviderFailed,
    Secrets,
    SignInRefused,
    authorization_url,
    check_answer,
    check_claims,
    read_description,
    read_person,
    token_request,
)
from tokenry.access.oidc.signatures import Keys, UnknownKey
from tokenry.base.clock import NS_PER_S, Clock
from tokenry.base.errors import TokenryError
from tokenry.base.logs import get_logger
from tokenry.config import Config, Oidc, secret

TIMEOUT_S = 10.0
ANSWER_SIZE_MAX = 512 * 1024  # bytes
DESCRIBED_S = 3600  # for which a description is believed
FAILED_S = 5  # for which a failure is everybody's, so that nobody waits behind others for the same silence
REFETCH_S = 60  # at least between two looks for a key that is not known
SECRET_SIZE_MAX = 16 * 1024
log = get_logger("tokenry.sign_in")


class SecretUnreadable(TokenryError):
    """The file with a provider's secret cannot be read."""

    code = "invalid_configuration"


class Tokens(msgspec.Struct, frozen=True):
    """What of a token endpoint's answer is used."""

    id_token: str
    access_token: str | None = None


@dataclass(slots=True)
class _Fetched:
    description: Description
    keys: Keys
    at_ns: int


class OidcProvider:
    """One provider. Used on the event loop; `close` when it is not needed any more."""

    def __init__(
        self, provider: Provider, clock: Clock, ca_file: str | None = None,
        transport: httpx2.AsyncBaseTransport | None = None,
    ) -> None:  # fmt: skip
        """Args:
        ca_file: PEM; None = the authorities that the system trusts.
        transport: for tests.
        """
        self.provider = provider
        self._clock = clock
        self._fetched: _Fetched | None = None
        self._fetching = asyncio.Lock()
        self._failed: tuple[ProviderFailed, int] | None = None  # the newest failure, and when it was
        self._http = httpx2.AsyncClient(
            timeout=TIMEOUT_S, follow_redirects=False, trust_env=False, transport=transport,
            verify=ssl.create_default_context(cafile=ca_file),
        )  # fmt: skip

    async def close(self) -> None:
        """Close what connections are open."""
        await self._http.aclose()

    async def address(self, secrets: Secrets, back: str) -> str:
        """See ProviderDoor."""
        return authorization_url(self.provider, (await self._known()).description, secrets, back)

    async def person(self, query: Mapping[str, str], secrets: Secrets, back: str) -> Person:
        """See ProviderDoor."""
        told = (await self._known()).description
        tokens = await self._exchange(told, check_answer(told, query), secrets, back)
        claims = await self._verified(tokens.id_token)
        check_claims(claims, self.provider, secrets.nonce, self._clock.now_ns() // NS_PER_S)
        if "email" not in claims and told.userinfo_endpoint is not None and tokens.access_token is not None:
            claims = {**await self._more(told.userinfo_endpoint, tokens.access_token, claims["sub"]), **claims}
        return read_person(claims, self.provider)

    async def _exchange(self, told: Description, code: str, secrets: Secrets, back: str) -> Tokens:
        form, basic = token_request(self.provider, told, code, secrets.verifier, back)
        auth = None if basic is None else httpx2.BasicAuth(*basic)
        status, body = await self._ask("POST", told.token_endpoint, data=form, auth=auth)
        if status != 200:
            raise SignInRefused(f"{self.provider.title} does not take the code ({status}): it works once. Begin again.")
        try:
            return msgspec.json.decode(body, type=Tokens)
        except (msgspec.MsgspecError, UnicodeDecodeError):
            raise ProviderFailed(f"{self.provider.title} answers without a token that can be read.") from None

    async def _verified(self, token: str) -> dict[str, Any]:
        """The claims of a token; for a key that is not known the keys are fetched again, now and then."""
        known = await self._known()
        try:
            return known.keys.verified(token)
        except UnknownKey:
            if self._clock.monotonic_ns() - known.at_ns < REFETCH_S * NS_PER_S:
                raise
        return (await self._known(newer_than=known)).keys.verified(token)

    async def _more(self, url: str, access_token: str, subject: str) -> dict[str, Any]:
        """What the provider says of somebody beside the token. Nothing, when it is somebody else."""
        status, body = await self._ask("GET", url, headers={"authorization": f"Bearer {access_token}"})
        try:
            said = msgspec.json.decode(body, type=dict[str, Any]) if status == 200 else {}
        except (msgspec.MsgspecError, UnicodeDecodeError):
            return {}
        return said if said.get("sub") == subject else {}

    async def _known(self, newer_than: _Fetched | None = None) -> _Fetched:
        """The provider's description and keys, fetched when they are old, or older than they should be."""
        async with self._fetching:
            now_ns, known = self._clock.monotonic_ns(), self._fetched
            if known is not None and known is not newer_than and now_ns - known.at_ns < DESCRIBED_S * NS_PER_S:
                return known
            if self._failed is not None and now_ns - self._failed[1] < FAILED_S * NS_PER_S:
                raise ProviderFailed(self._failed[0].message)
            try:
                description = read_description(self.provider, await self._get(self.provider.discovery_url))
                keys = Keys(await self._get(description.jwks_uri))
            except ProviderFailed as error:
                self._failed = (error, self._clock.monotonic_ns())
                raise
            self._fetched, self._failed = _Fetched(description, keys, now_ns), None
            return self._fetched

    async def _get(self, url: str) -> bytes:
        status, body = await self._ask("GET", url)
        if status != 200:
            raise ProviderFailed(f"{self.provider.title} answers {status} at {url[:200]}; look at its issuer address.")
        return body

    async def _ask(self, method: str, url: str, **more: Any) -> tuple[int, bytes]:
        try:
            async with asyncio.timeout(TIMEOUT_S), self._http.stream(method, url, **more) as answer:
                pieces, size = [], 0
                async for piece in answer.aiter_bytes():
                    size += len(piece)
                    if size > ANSWER_SIZE_MAX:
                        raise ProviderFailed(f"{self.provider.title} answers with more than {ANSWER_SIZE_MAX} bytes.")
                    pieces.append(piece)
                return answer.status_code, b"".join(pieces)
        except (httpx2.HTTPError, httpx2.InvalidURL, TimeoutError) as error:
            why = f"{type(error).__name__}: {error}"[:200]  # for whoever operates, not for who signs in
            log.warning("a sign-in provider cannot be reached", provider=self.provider.name, why=why)
            raise ProviderFailed(
                f"{self.provider.title} cannot be reached. Try again in a while, or sign in another way."
            ) from None


def open_providers(
    config: Config, variables: Mapping[str, str], roster: Roster, first: str, clock: Clock
) -> dict[str, OidcProvider]:
    """The configured providers. Nothing is asked of them yet.

    Args:
        first: the organization of those that name none.

    Raises:
        TokenryError: a secret cannot be read, or there is no such organization.
    """
    return {
        one.name: OidcProvider(_provider(one, variables, roster, first), clock, one.ca_file)
        for one in config.sign_in.oidc
    }


def _provider(one: Oidc, variables: Mapping[str, str], roster: Roster, first: str) -> Provider:
    place = first
    if one.organization is not None:
        named = [o.id for o in roster.organizations.values() if one.organization in {o.id, o.name}]
        if not named:
            raise SecretUnreadable(f"sign_in.oidc {one.name}: there is no organization {one.organization!r}")
        place = named[0]
    return Provider(
        name=one.name, title=one.title or one.name, issuer=one.issuer, client_id=one.client_id,
        client_secret=_secret(one, variables), organization_id=place, scopes=one.scopes,
        groups_claim=one.groups_claim, roles=one.roles, default_role=one.default_role, email_domains=one.email_domains,
    )  # fmt: skip


def _secret(one: Oidc, variables: Mapping[str, str]) -> str | None:
    if one.client_secret_env is not None:
        return secret(variables, one.client_secret_env)
    if one.client_secret_file is None:
        return None
    try:
        with Path(one.client_secret_file).expanduser().open(encoding="utf-8") as file:
            found = file.read(SECRET_SIZE_MAX).strip()
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else "not plain text"
        raise SecretUnreadable(f"sign_in.oidc {one.name}: client_secret_file cannot be read: {why}") from None
    if not found:
        raise SecretUnreadable(f"sign_in.oidc {one.name}: client_secret_file is empty")
    return found
