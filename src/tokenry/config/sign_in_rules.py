"""Rules within one `[[sign_in.oidc]]` table, and between them. Each yields (key or path, words); none raises."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from tokenry.config.problems import Path, shown
from tokenry.config.schema import Oidc, SignIn

RESERVED = ("link",)  # what stands at /sign-in/… already
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\Z")
_LOOPBACK = ("localhost", "127.0.0.1", "::1")
_DOMAIN = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9.-]{0,252}[A-Za-z0-9])?\Z")


def of_oidc(oidc: Oidc, url_fault: Callable[[str], str | None]) -> Iterator[tuple[str, str]]:
    """What is wrong within one table."""
    if oidc.name in RESERVED:
        yield "name", f"{shown(oidc.name)} is taken by a page of ours; choose another"
    parts = urlsplit(oidc.issuer)
    if fault := url_fault(oidc.issuer):
        yield "issuer", fault
    elif parts.scheme == "http" and parts.hostname not in _LOOPBACK:
        yield "issuer", "must begin with https://; plain http:// is for a provider on this machine alone"
    if oidc.client_secret_env is not None and not _VARIABLE.match(oidc.client_secret_env):
        words = "must be the name of an environment variable (letters, digits, _); the secret itself never stands here"
        yield "client_secret_env", words
    if oidc.client_secret_env is not None and oidc.client_secret_file is not None:
        yield "client_secret_file", "client_secret_env is given too; leave one of them out"
    if oidc.roles and oidc.groups_claim is None:
        yield "groups_claim", "is missing: roles are given by the groups that this claim lists"
    for domain in oidc.email_domains:
        if not _DOMAIN.match(domain):
            yield "email_domains", f'{shown(domain)} must be a domain alone, such as "example.org"'
    for scope in oidc.scopes:
        if not scope.isascii() or not scope.isprintable() or " " in scope:
            yield "scopes", f"{shown(scope)} must be one word"


def of_sign_in(sign_in: SignIn) -> Iterator[tuple[str, str]]:
    """What is wrong between the two times."""
    if sign_in.idle_s > sign_in.session_s:
        yield "idle_s", f"is longer than session_s ({sign_in.session_s}), so that it would never come to it"


def providers(tree: Mapping[str, Any]) -> list[tuple[Path, str]]:
    """The names of all providers, and where they stand, in a raw tree."""
    table = tree.get("sign_in")
    rows = table.get("oidc") if isinstance(table, dict) else None
    return [
        (("sign_in", "oidc", index, "name"), row["name"])
        for index, row in enumerate(rows if isinstance(rows, list) else ())
        if isinstance(row, dict) and isinstance(row.get("name"), str)
    ]
