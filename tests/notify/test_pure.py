"""Delays, addresses, signatures, letters, feeds: rules over plain data."""

from __future__ import annotations

import time
from random import Random
from xml.etree import ElementTree

import pytest
from openai import InvalidWebhookSignatureError, OpenAI

from tokenry.base.clock import NS_PER_S
from tokenry.notify.addresses import address_fault, url_fault
from tokenry.notify.calling import judged
from tokenry.notify.feeds import Reader, Told, atom
from tokenry.notify.letters import Letter, message
from tokenry.notify.schedule import ATTEMPTS_MAX, DELAYS_S, next_at
from tokenry.notify.signing import new_secret, signed_headers


def test_delays_grow_with_jitter_and_end() -> None:
    dice, now = Random(1), 10**18
    for attempts in range(1, ATTEMPTS_MAX):
        delay = DELAYS_S[attempts - 1] * NS_PER_S
        drawn = {next_at(attempts, now, dice.randrange) for _ in range(50)}
        assert len(drawn) > 1
        assert all(at is not None and now + delay <= at < now + delay + delay // 5 for at in drawn)
    assert next_at(ATTEMPTS_MAX, now, dice.randrange) is None
    assert 70 <= sum(DELAYS_S) / 3600 <= 80  # three days


def test_the_other_side_may_ask_for_more_time_but_not_for_ever() -> None:
    assert next_at(1, 0, lambda _: 0, asked_s=60) == 60 * NS_PER_S
    assert next_at(1, 0, lambda _: 0, asked_s=1) == 5 * NS_PER_S
    assert next_at(1, 0, lambda _: 0, asked_s=10**9) == 86_400 * NS_PER_S


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "127.9.9.9", "0.0.0.0", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1",
        "224.0.0.1", "255.255.255.255", "240.0.0.1", "192.0.2.1", "::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1",
        "ff02::1", "::ffff:127.0.0.1", "::ffff:169.254.169.254", "::7f00:1", "2002:7f00:1::", "64:ff9b::7f00:1",
        "64:ff9b::a9fe:a9fe", "64:ff9b:1::a00:1", "2001:db8::1", "::ffff:0:7f00:1", "fec0::1", "3fff::1", "5f00::1",
        "100:0:0:1::1", "2606:4700::5efe:a00:1", "2606:4700::200:5efe:7f00:1", "168.63.129.16",
    ],
)  # fmt: skip
def test_addresses_that_are_no_public_ones(address: str) -> None:
    assert address_fault(address) is not None


@pytest.mark.parametrize("address", ["8.8.8.8", "1.1.1.1", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"])
def test_public_addresses(address: str) -> None:
    assert address_fault(address) is None


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("http://x.test/", "https://"), ("ftp://x.test/", "https://"), ("https://", "host"),
        ("https://u:p@x.test/", "user"),
        ("https://x.test/#a", "#"), ("https://x.test:0/", "port"), ("https://x.test:99999/", "port"),
        ("https://127.0.0.1/", "this machine"), ("https://[::1]/", "this machine"),
        ("https://localhost/", "this machine"),
        ("https://a.localhost./", "this machine"), ("https://169.254.169.254/latest", "link-local"),
        ("https://10.0.0.1/", "private"), ("https://x.test/ a", "blanks"), ("https://ä.test/", "ASCII"),
        ("https://x.test\\@y.test/", "blanks"), ("https://x.test/" + "a" * 3000, "2048"), ("https://[::1", "read"),
    ],
)  # fmt: skip
def test_urls_that_are_refused(url: str, words: str) -> None:
    fault = url_fault(url, allow_private=False)
    assert fault is not None
    assert words in fault


def test_private_urls_are_for_those_who_allow_them() -> None:
    assert url_fault("http://127.0.0.1:8000/x?y=1", allow_private=True) is None
    assert url_fault("file:///etc/passwd", allow_private=True) is not None


def test_the_official_client_accepts_what_we_sign_and_nothing_else() -> None:
    client, old, new = OpenAI(api_key="x"), new_secret(), new_secret()
    body = b'{"id":"evt_1","object":"event","type":"budget.threshold_reached","created_at":1,"data":{"percent":80}}'
    headers = signed_headers("evt_1", int(time.time()), body, [new, old])
    for secret in (new, old):
        event = client.webhooks.unwrap(body, headers, secret=secret)
        assert (event.id, event.type) == ("evt_1", "budget.threshold_reached")
    for payload, secret in ((body + b" ", new), (body, new_secret())):
        with pytest.raises(InvalidWebhookSignatureError):
            client.webhooks.unwrap(payload, headers, secret=secret)
    late = signed_headers("evt_1", int(time.time()) - 3600, body, [new])
    with pytest.raises(InvalidWebhookSignatureError):
        client.webhooks.unwrap(body, late, secret=new)


@pytest.mark.parametrize(
    ("status", "headers", "kind", "asked", "words"),
    [
        (200, {}, "delivered", None, "200"), (204, {}, "delivered", None, "204"), (410, {}, "gone", None, "gone"),
        (500, {}, "again", None, "500"), (429, {"retry-after": "7"}, "again", 7, "429"),
        (503, {"retry-after": "Wed, 21 Oct"}, "again", None, "503"), (404, {"retry-after": "7"}, "again", None, "404"),
        (302, {"location": "http://169.254.169.254/x"}, "again", None, "link-local"),
        (307, {"location": "https://127.0.0.1/"}, "again", None, "redirects are not followed"),
        (301, {}, "again", None, "redirects are not followed"),
    ],
)  # fmt: skip
def test_answers(status: int, headers: dict[str, str], kind: str, asked: int | None, words: str) -> None:
    outcome = judged("https://x.test/", status, headers, "body\x00\r\nmore")
    assert (outcome.kind, outcome.asked_s) == (kind, asked)
    assert words in outcome.answer
    assert outcome.answer.isprintable()


def letter(**more: object) -> Letter:
    facts = {
        "id": "dlv_1", "address": "a@x.test", "type": "spend_alert.reached", "organization": "Lab",
        "data": {"threshold_usd": "5.00", "none": None}, "private": {}, "subject_prefix": None, "told_at": 10**18,
    }  # fmt: skip
    return Letter(**{**facts, **more})  # type: ignore[arg-type]  # facts of every type in one dict


def test_a_letter_says_what_happened() -> None:
    mail = message(letter(subject_prefix="[lab]"), "tokenry@x.test")
    assert mail["Subject"] == "[lab] This month's spending reached $5.00"
    assert "Threshold: $5.00\n" in mail.get_content()
    assert "None" not in mail.get_content()
    assert mail["Message-ID"] == "<dlv_1@x.test>"


def test_nothing_breaks_into_a_letters_head() -> None:
    evil = "x\r\nBcc: victim@x.test\r\n\r\nhello"
    mail = message(letter(type=evil, organization=evil, subject_prefix=evil, data={evil: evil}), "tokenry@x.test")
    assert mail["Bcc"] is None
    assert "\nBcc" not in mail.as_string()


def test_who_sees_which_news() -> None:
    def told(**more: object) -> Told:
        facts = {
            "id": "e", "organization_id": "o", "project_id": None, "user_id": None, "type": "t", "occasion": "x",
            "data": {}, "created_at": 1,
        }  # fmt: skip
        return Told(**{**facts, **more})  # type: ignore[arg-type]  # facts of every type in one dict

    member, owner = Reader("o", "u", frozenset({"p"})), Reader("o", "v", None)
    rows = [told(), told(project_id="p"), told(project_id="q"), told(user_id="u"), told(project_id="p", user_id="w")]
    assert [member.sees(row) for row in rows] == [False, True, False, True, False]
    assert [owner.sees(row) for row in rows] == [True] * 5
    assert not Reader("other", "u", None).sees(rows[3])
    assert not Reader("o", None, frozenset()).sees(rows[0])


def test_a_feed_is_xml_whatever_stands_in_it() -> None:
    text = atom("A & <B>\x00", [Told("evt_1", "o", None, None, "budget.threshold_reached", "x", {"a": "<&\x01"}, 1)], 0)
    feed = ElementTree.fromstring(text)
    (entry,) = feed.findall("{http://www.w3.org/2005/Atom}entry")
    assert entry.findtext("{http://www.w3.org/2005/Atom}id") == "urn:tokenry:evt_1"
    ElementTree.fromstring(atom("empty", [], 1))
