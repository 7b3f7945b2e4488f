"""TLS: a webhook's certificate is checked against the name, although the connection goes to an address; so is a mail
server's, against the authorities that the configuration names.
"""

from __future__ import annotations

import ssl
from pathlib import Path

import pytest

from tests.engines import certificates
from tests.notify.peers import MailServer, WebServer, listening
from tokenry.base.clock import NS_PER_S
from tokenry.config import Mail, Webhooks
from tokenry.notify import Caller, Mailer
from tokenry.notify.calling import Call
from tokenry.notify.letters import Letter, message

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def authority(tmp_path: Path) -> str:
    return certificates.written(tmp_path / "authority.pem", certificates.pem(certificates.AUTHORITY))


@pytest.mark.parametrize(
    ("host", "kind"), [("localhost", "delivered"), ("127.0.0.1", "delivered"), ("another.test", "again")]
)
async def test_a_webhooks_name_is_what_its_certificate_must_say(
    tmp_path: Path, authority: str, host: str, kind: str
) -> None:
    """The certificate names localhost and 127.0.0.1: who is only at that address is not who was registered."""
    server = WebServer()
    caller = Caller(resolve=lambda name, port: ["127.0.0.1"], tls=ssl.create_default_context(cafile=authority))
    async with listening(server, tls=certificates.server(tmp_path, certificates.GOOD)):
        call = Call(f"https://{host}:{server.port}/", {}, b"{}")
        outcome = await caller.call(call, Webhooks(allow_private=True, timeout_s=5))
    caller.close()
    assert outcome.kind == kind, outcome
    assert len(server.calls) == (kind == "delivered")
    if kind == "again":
        assert "certificate" in outcome.answer.lower()


@pytest.mark.parametrize("known", [True, False])
async def test_a_mail_server_is_who_the_authority_says(tmp_path: Path, authority: str, known: bool) -> None:
    server = MailServer()
    letter = Letter("dlv_1", "a@x.test", "invite.sent", "Lab", {}, {}, None, 10**9 * NS_PER_S)
    async with listening(server, tls=certificates.server(tmp_path, certificates.GOOD)):
        ca_file = authority if known else None
        settings = Mail(host="localhost", port=server.port, tls="tls", ca_file=ca_file, from_address="t@x.test")
        outcome = await Mailer(str).send(message(letter, "t@x.test"), letter.address, settings)
    assert outcome.kind == ("delivered" if known else "again"), outcome
    assert len(server.mails) == known
