"""Signing in through a provider: end to end with a mock of one, and against one that is hostile."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest
from joserfc import jws
from joserfc.jwk import RSAKey

from tests.api.organization.stand import CONFIGURATION, Stand, standing
from tests.api.sign_in.visitor import HOME, Visitor, audited, cheaper
from tokenry.access import Roster
from tokenry.access.oidc import Provider, ProviderFailed
from tokenry.app.providers import ANSWER_SIZE_MAX, FAILED_S, REFETCH_S, OidcProvider, SecretUnreadable, open_providers
from tokenry.base.clock import NS_PER_S, ManualClock
from tokenry.config import parse

pytestmark = pytest.mark.anyio
Visit = Callable[..., Visitor]
ISSUER = "https://id.example.org"
MOCK = """
import warnings
from wsgiref.simple_server import WSGIRequestHandler, make_server
warnings.simplefilter("ignore")
import oidc_provider_mock
class Quiet(WSGIRequestHandler):
    def log_message(self, *args): pass
server = make_server("127.0.0.1", 0, oidc_provider_mock.app(), handler_class=Quiet)
print(server.server_port, flush=True)
server.serve_forever()
"""


@pytest.fixture(scope="module")
def mock() -> Iterator[str]:
    """A provider in a process of its own; its issuer."""
    with subprocess.Popen([sys.executable, "-c", MOCK], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        assert process.stdout is not None
        yield f"http://127.0.0.1:{int(process.stdout.readline())}"
        process.kill()


def configuration(issuer: str, **more: Any) -> str:
    lines = {"name": "lab", "title": "The lab", "issuer": issuer, "client_id": "tokenry", "client_secret_file": None}
    lines |= {"default_role": "member", **more}
    return (
        CONFIGURATION
        + "\n[[sign_in.oidc]]\n"
        + "".join(
            f"{key} = {json.dumps(value) if not isinstance(value, dict) else _inline(value)}\n"
            for key, value in lines.items()
            if value is not None
        )
    )


def _inline(table: dict[str, str]) -> str:
    return "{ " + ", ".join(f"{key} = {json.dumps(value)}" for key, value in table.items()) + " }"


class TestEndToEnd:
    @pytest.fixture
    async def stand(self, tmp_path: Path, mock: str) -> AsyncIterator[Stand]:
        (tmp_path / "secret").write_text("s3cret\n")
        told = configuration(
            mock, client_secret_file=str(tmp_path / "secret"), groups_claim="groups", roles={"staff": "auditor"}
        )
        async with standing(tmp_path, told) as stand:
            cheaper(stand)
            yield stand
            await stand.serving.entrance.close()

    async def test_somebody_comes_in_with_name_address_role_and_group(
        self, stand: Stand, mock: str, visit: Visit
    ) -> None:
        async with httpx2.AsyncClient() as there:
            claims = {"email": "ada@example.org", "email_verified": True, "name": "Ada", "groups": ["staff"]}
            told = await there.put(f"{mock}/users/ada", json=claims)
            assert told.status_code < 300, told.text
            visitor = visit()
            assert "Continue with The lab" in (await visitor.get("/sign-in")).text
            away = await visitor.get("/sign-in/lab")
            assert away.status_code == 303
            assert away.headers["location"].startswith(mock)
            back = await there.post(away.headers["location"], data={"sub": "ada"})
            assert back.status_code in {302, 303}, back.text
        answer = await visitor.get(back.headers["location"].removeprefix(HOME))
        assert (answer.status_code, answer.headers.get("location")) == (303, "/account"), answer.text
        me = (await visitor.me()).json()
        assert (me["name"], me["email"], me["organizations"][0]["role"]) == ("Ada", "ada@example.org", "auditor")
        (row,) = audited(stand, "login.succeeded")
        assert (row.actor_id, row.details["provider"]) == (me["id"], "lab")
        again = await visit().get(back.headers["location"].removeprefix(HOME))
        assert again.status_code == 403, "another browser, and a second time"


class Hostile:
    """A provider whose every answer a test decides."""

    def __init__(self) -> None:
        self.key = RSAKey.generate_key(2048, {"kid": "one"})
        self.published: list[Any] = [self.key]
        self.claims: dict[str, Any] = {}
        self.sign: Callable[[dict[str, Any]], str] = self.signed
        self.codes: list[str] = []
        self.asked: list[str] = []
        self.forms: list[dict[str, list[str]]] = []
        self.answers: dict[str, httpx2.Response] = {}

    def signed(self, claims: dict[str, Any]) -> str:
        return jws.serialize_compact({"alg": "RS256", "kid": self.key.kid}, json.dumps(claims), self.key, ["RS256"])

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        path = request.url.path
        self.asked.append(path)
        if path in self.answers:
            return self.answers[path]
        if path == "/.well-known/openid-configuration":
            ends = {name: f"{ISSUER}/{name}" for name in ("authorization_endpoint", "token_endpoint", "jwks_uri")}
            return httpx2.Response(200, json={"issuer": ISSUER, **ends})
        if path == "/jwks_uri":
            return httpx2.Response(200, json={"keys": [key.as_dict(private=False) for key in self.published]})
        form = parse_qs(request.content.decode())
        self.forms.append(form)
        if form["code"][0] in self.codes:
            return httpx2.Response(400, json={"error": "invalid_grant"})
        self.codes.append(form["code"][0])
        return httpx2.Response(200, json={"id_token": self.sign(self.claims), "access_token": "x"})


class TestHostile:
    @pytest.fixture
    def hostile(self) -> Hostile:
        return Hostile()

    @pytest.fixture
    async def stand(self, tmp_path: Path, hostile: Hostile) -> AsyncIterator[Stand]:
        async with standing(tmp_path) as stand:
            cheaper(stand)
            lab = Provider("lab", "The lab", ISSUER, "tokenry", None, stand.ours.id, default_role="member")
            self.clock = stand.house.clock
            door = OidcProvider(lab, stand.house.clock, transport=httpx2.MockTransport(hostile))
            stand.serving.entrance.entry.providers = {"lab": door}
            yield stand
            await stand.serving.entrance.close()

    async def begin(self, visitor: Visitor, hostile: Hostile) -> dict[str, str]:
        """Sent to the provider; what it was told. The token to come is a good one."""
        away = await visitor.get("/sign-in/lab")
        assert away.status_code == 303, away.text
        told = {name: value[0] for name, value in parse_qs(urlsplit(away.headers["location"]).query).items()}
        now_s = self.clock.now_ns() // NS_PER_S
        hostile.claims = {
            "iss": ISSUER, "aud": "tokenry", "sub": "1", "iat": now_s, "exp": now_s + 60, "nonce": told["nonce"],
            "email": "a@example.org", "email_verified": True,
        }  # fmt: skip
        return told

    async def back(self, visitor: Visitor, state: str, code: str = "c0de") -> httpx2.Response:
        return await visitor.get(f"/sign-in/lab/callback?state={state}&code={code}")

    async def test_the_good_way(self, stand: Stand, hostile: Hostile, visit: Visit) -> None:
        visitor = visit()
        told = await self.begin(visitor, hostile)
        assert (await self.back(visitor, told["state"])).status_code == 303
        (form,) = hostile.forms
        assert form["redirect_uri"] == [told["redirect_uri"]] == [f"{HOME}/sign-in/lab/callback"]
        assert len(form["code_verifier"][0]) >= 43
        assert (await visitor.me()).status_code == 200

    @pytest.mark.parametrize(
        "wrong",
        [
            {"aud": "another"}, {"iss": "https://evil.example"}, {"exp": 1}, {"nonce": "of another sign-in"},
            {"iat": 1}, {"nbf": 2**33}, {"azp": "another"}, {"sub": None},
        ],
        ids=str,
    )  # fmt: skip
    async def test_a_wrong_token_lets_nobody_in(
        self, stand: Stand, hostile: Hostile, visit: Visit, wrong: dict[str, Any]
    ) -> None:
        visitor = visit()
        told = await self.begin(visitor, hostile)
        hostile.claims |= wrong
        answer = await self.back(visitor, told["state"])
        assert answer.status_code == 403
        assert 'role="alert"' in answer.text
        assert visitor.token is None
        assert audited(stand, "login.succeeded") == []

    async def test_a_token_of_an_earlier_sign_in_is_not_taken_again(
        self, stand: Stand, hostile: Hostile, visit: Visit
    ) -> None:
        victim, thief = visit(), visit()
        told = await self.begin(victim, hostile)
        kept = hostile.signed(hostile.claims)
        assert (await self.back(victim, told["state"])).status_code == 303
        mine = await self.begin(thief, hostile)
        hostile.sign = lambda claims: kept
        assert (await self.back(thief, mine["state"], "another")).status_code == 403
        assert thief.token is None

    async def test_unsigned_and_wrongly_signed_tokens(self, stand: Stand, hostile: Hostile, visit: Visit) -> None:
        other = RSAKey.generate_key(2048, {"kid": "one"})
        forgers: list[Callable[[dict[str, Any]], str]] = [
            lambda claims: "eyJhbGciOiJub25lIn0." + hostile.signed(claims).split(".")[1] + ".",
            lambda claims: jws.serialize_compact({"alg": "RS256", "kid": "one"}, json.dumps(claims), other, ["RS256"]),
            lambda claims: "no token at all",
        ]
        for n, forge in enumerate(forgers):
            visitor = visit()
            told = await self.begin(visitor, hostile)
            hostile.sign = forge
            assert (await self.back(visitor, told["state"], f"code{n}")).status_code == 403
            assert visitor.token is None

    async def test_states_of_two_browsers_cannot_be_swapped(self, stand: Stand, hostile: Hostile, visit: Visit) -> None:
        """An attacker has somebody finish the attacker's own sign-in, so that they work in the attacker's name."""
        attacker, victim = visit(), visit()
        theirs, mine = await self.begin(attacker, hostile), await self.begin(victim, hostile)
        assert (await self.back(victim, theirs["state"])).status_code == 403
        assert (await self.back(attacker, mine["state"])).status_code == 403
        assert (victim.token, attacker.token, hostile.forms) == (None, None, [])

    async def test_a_code_is_taken_once(self, stand: Stand, hostile: Hostile, visit: Visit) -> None:
        visitor, other = visit(), visit()
        told = await self.begin(visitor, hostile)
        assert (await self.back(visitor, told["state"])).status_code == 303
        assert (await self.back(visitor, told["state"])).status_code == 403
        again = await self.begin(other, hostile)
        assert (await self.back(other, again["state"])).status_code == 403, "a code that was used elsewhere"
        assert len(hostile.forms) == 2
        for state in ("", "x"):
            assert (await self.back(other, state)).status_code == 403

    async def test_a_session_from_before_ends_at_the_sign_in(
        self, stand: Stand, hostile: Hostile, visit: Visit
    ) -> None:
        visitor = visit()
        told = await self.begin(visitor, hostile)
        await self.back(visitor, told["state"])
        before = visitor.token
        told = await self.begin(visitor, hostile)
        await self.back(visitor, told["state"], "another")
        assert before is not None
        assert visitor.token not in {None, before}
        old = visit()
        old.steal(before)
        assert (await old.me()).status_code == 401

    async def test_an_unknown_provider_is_no_page(self, visit: Visit) -> None:
        for path in ("/sign-in/none", "/sign-in/none/callback?state=x&code=y"):
            assert (await visit().get(path)).status_code == 404

    async def test_a_new_key_is_fetched_but_not_at_every_wish(self, hostile: Hostile) -> None:
        clock = ManualClock()
        lab = Provider("lab", "The lab", ISSUER, "tokenry", None, "org_1")
        door = OidcProvider(lab, clock, transport=httpx2.MockTransport(hostile))
        assert (await door._verified(hostile.signed({"sub": "1"})))["sub"] == "1"
        hostile.key = RSAKey.generate_key(2048, {"kid": "two"})
        hostile.published.append(hostile.key)
        for _ in range(5):
            with pytest.raises(Exception, match="does not publish"):
                await door._verified(hostile.signed({"sub": "1"}))
        assert hostile.asked.count("/jwks_uri") == 1
        clock.advance(s=REFETCH_S)
        assert (await door._verified(hostile.signed({"sub": "2"})))["sub"] == "2"
        assert hostile.asked.count("/jwks_uri") == 2
        await door.close()

    @pytest.mark.parametrize(
        "answer",
        [
            httpx2.Response(302, headers={"location": "http://169.254.169.254/latest"}),
            httpx2.Response(200, content=b"x" * (ANSWER_SIZE_MAX + 1)),
            httpx2.Response(200, content=b"{}"), httpx2.Response(500), httpx2.Response(200, content=b"\xff"),
        ],
        ids=["redirect", "large", "empty", "fault", "garbage"],
    )  # fmt: skip
    async def test_an_answer_that_is_none(self, hostile: Hostile, answer: httpx2.Response) -> None:
        hostile.answers["/.well-known/openid-configuration"] = answer
        lab = Provider("lab", "The lab", ISSUER, "tokenry", None, "org_1")
        door = OidcProvider(lab, ManualClock(), transport=httpx2.MockTransport(hostile))
        with pytest.raises(ProviderFailed):
            await door._known()
        assert hostile.asked == ["/.well-known/openid-configuration"]
        await door.close()

    async def test_who_waited_for_a_failure_shares_it(self, hostile: Hostile) -> None:
        clock, path = ManualClock(), "/.well-known/openid-configuration"
        hostile.answers[path] = httpx2.Response(500)
        lab = Provider("lab", "The lab", ISSUER, "tokenry", None, "org_1")
        door = OidcProvider(lab, clock, transport=httpx2.MockTransport(hostile))
        told = await asyncio.gather(*(door._known() for _ in range(8)), return_exceptions=True)
        assert all(isinstance(one, ProviderFailed) for one in told)
        assert hostile.asked == [path]
        del hostile.answers[path]
        clock.advance(s=FAILED_S)
        assert (await door._known()).description.issuer == ISSUER
        await door.close()


def test_a_secret_that_is_not_there_is_said_in_words(tmp_path: Path) -> None:
    told = parse(configuration(ISSUER, client_secret_file=str(tmp_path / "none")), source="test")
    with pytest.raises(SecretUnreadable, match="client_secret_file cannot be read"):
        open_providers(told, {}, Roster(), "org_1", ManualClock())
