"""The text of a key, through the doors that read it: shape, header spellings, and what errors may say."""

from __future__ import annotations

import re

import pytest

from tokenry.access import First, InvalidApiKey, Keys, NewKey

SHAPE = re.compile(r"sk-tok-[2-9a-hj-km-np-tv-z]{8}-[A-Za-z0-9_-]{43}")


@pytest.fixture
def secret(keys: Keys, first: First) -> str:
    return keys.create(NewKey(name="ci", project_id=first.project.id))[1]


def refusal(keys: Keys, authorization: bytes | None) -> InvalidApiKey:
    with pytest.raises(InvalidApiKey) as caught:
        keys.authenticate(authorization)
    error = caught.value
    assert (error.status, error.code, error.type) == (401, "invalid_api_key", "invalid_request_error")
    assert error.headers["www-authenticate"] == "Bearer"
    assert len(error.message) < 300
    assert error.message.isprintable()
    assert error.__cause__ is None
    return error


def test_a_key_has_the_documented_shape_and_never_repeats(keys: Keys, first: First) -> None:
    made = [keys.create(NewKey(name="ci", project_id=first.project.id)) for _ in range(20)]
    assert all(SHAPE.fullmatch(secret) for _, secret in made)
    assert all(secret.startswith(record.prefix + "-") for record, secret in made)
    assert len({secret for _, secret in made}) == len({record.prefix for record, _ in made}) == 20


@pytest.mark.parametrize(
    "form",
    ["Bearer {}", "bearer {}", "BEARER {}", "bEaReR {}", "Bearer    {}", "Bearer\t{}", " Bearer {} ", "Bearer {}  "],
)
def test_every_lawful_spelling_of_the_header_opens(keys: Keys, secret: str, form: str) -> None:
    assert keys.authenticate(form.format(secret).encode()).key_name == "ci"


@pytest.mark.parametrize(
    ("authorization", "words"),
    [
        (None, "No API key was sent"),
        (b"", "No API key was sent"),
        (b"   ", "No API key was sent"),
        (b"Bearer", "No API key follows"),
        (b"Bearer   ", "No API key follows"),
        (b"Bearer sk-tok-aaaa bbbb", "no blanks"),
        (b"sk-tok-abcdefgh-xyz", "word Bearer is missing"),
        (b"Basic dXNlcjpwYXNz", "scheme Bearer"),
        (b"BearerX sk-tok-abcdefgh-xyz", "scheme Bearer"),
        (b"Bearer \xff\xfe\x00", "characters that no key"),
        ("Bearer sk-tok-abcdéfgh".encode(), "characters that no key"),
        (b"Bearer sk-proj-1234567890abcdef", "does not begin like one of ours"),
        (b"Bearer null", "does not begin like one of ours"),
        (b"Bearer SK-TOK-ABCDEFGH-" + b"x" * 43, "does not begin like one of ours"),
        (b"Bearer sk-tok-abcdefgh-short", "this one has 21"),
        (b"Bearer sk-tok-abcdefgh-" + b"x" * 43, "no such key here"),
        (b"Bearer " + b"x" * 10_000_000, "10000007 bytes long"),
        (b"x" * 10_000_000, "10000000 bytes long"),
        (b" " * 10_000_000, "10000000 bytes long"),
    ],
)
def test_each_wrong_header_gets_its_own_words(keys: Keys, secret: str, authorization: bytes | None, words: str) -> None:
    assert words in refusal(keys, authorization).message


def test_an_error_never_repeats_more_than_the_prefix(keys: Keys, secret: str) -> None:
    wrong = secret[:-1] + ("A" if secret[-1] != "A" else "B")
    for sent in (wrong, wrong[:-5], wrong + "tail", "sk-proj-" + secret[8:]):
        message = refusal(keys, b"Bearer " + sent.encode()).message
        assert sent[16:30] not in message
    assert secret[:15] in refusal(keys, b"Bearer " + wrong.encode()).message
    assert "password" not in refusal(keys, b"Bearer password-of-mine").message
    assert secret[16:] not in refusal(keys, secret.encode()).message


def test_every_byte_counts(keys: Keys, secret: str) -> None:
    for at in range(len(secret)):
        wrong = secret[:at] + ("x" if secret[at] != "x" else "y") + secret[at + 1 :]
        refusal(keys, b"Bearer " + wrong.encode())
