"""What `[[sign_in.oidc]]` may say, and how its mistakes are told; a secret is never repeated."""

from __future__ import annotations

import pytest

from tokenry.config import ConfigError, parse

GOOD = '[[sign_in.oidc]]\nname = "lab"\nissuer = "https://id.example.org/x"\nclient_id = "tokenry"\n'


def test_a_provider_with_all_it_may_say() -> None:
    (lab,) = parse(
        GOOD + 'title = "The lab"\nclient_secret_env = "LAB"\nscopes = ["groups"]\ngroups_claim = "groups"\n'
        'roles = { staff = "admin" }\ndefault_role = "member"\n'
        'email_domains = ["example.org"]\norganization = "default"\n',
        source="test",
    ).sign_in.oidc
    assert (lab.roles, lab.default_role, lab.scopes) == ({"staff": "admin"}, "member", ("groups",))


def test_a_provider_on_this_machine_may_do_without_tls() -> None:
    for host in ("127.0.0.1", "localhost", "[::1]"):
        parse(GOOD.replace("https://id.example.org", f"http://{host}:9"), source="test")


@pytest.mark.parametrize(
    ("told", "words"),
    [
        (GOOD + GOOD, "is taken by an earlier one"),
        (GOOD.replace('"lab"', '"link"'), "taken by a page of ours"),
        (GOOD.replace('"lab"', '"a/b"'), "letters, digits"),
        (GOOD.replace("https://", "http://"), "must begin with https://"),
        (GOOD.replace("org/x", "org/x?y=1"), "no ? and no #"),
        (GOOD + 'client_secret_env = "s3cret-value!"\n', "never stands here"),
        (GOOD + 'client_secret = "s3cret-value!"\n', "client_secret_env"),
        (GOOD + 'client_secret_env = "A"\nclient_secret_file = "/b"\n', "leave one of them out"),
        (GOOD + 'roles = { staff = "admin" }\n', "groups_claim"),
        (GOOD + 'groups_claim = "g"\nroles = { staff = "boss" }\n', "must be one of"),
        (GOOD + 'default_role = "boss"\n', "must be one of"),
        (GOOD + 'email_domains = ["a@example.org"]\n', "a domain alone"),
        (GOOD + 'scopes = ["a b"]\n', "one word"),
        ("[sign_in]\nidle_s = 100\nsession_s = 99\n", "longer than session_s"),
        ("[sign_in]\nidle_s = 1\n", "at least 60"),
    ],
)
def test_mistakes(told: str, words: str) -> None:
    with pytest.raises(ConfigError) as refused:
        parse(told, source="test")
    assert words in str(refused.value)
    assert "s3cret-value" not in str(refused.value)
