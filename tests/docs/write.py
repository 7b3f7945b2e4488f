"""Writes pages from the code: the command line, administrative routes, what roles may. `just reference`."""

from __future__ import annotations

from collections.abc import Iterable
from typing import get_args

from tests.docs.surface import Verb, verbs
from tests.tidy.house import ROOT
from tokenry.access import Permission
from tokenry.access.roles import OF_ORGANIZATION, OF_PROJECT
from tokenry.api import ADMINISTRATION
from tokenry.api.documents import openapi

CLI = ROOT / "docs/reference/cli.md"
HEAD = """# Command line

Written from the code by `just reference`. `--help` after any verb says the same.
"""
ADMINISTRATION_PAGE = ROOT / "docs/reference/administration.md"
ACCESS_PAGE = ROOT / "docs/concepts/access.md"
ADMINISTRATION_HEAD = """# Administrative routes

Written from the code by `just reference`. All want `Authorization: Bearer KEY` with an admin key (`sk-admin-…`), or a
browser's session. What is not yours to see does not exist: 404. Bodies and answers in full stand at `/docs` on a
running server.

| path | method | what it does | permission |
|---|---|---|---|
"""
NONE_YET = """
There are no verbs yet: they are being built.
"""


def cli_page(found: Iterable[Verb]) -> str:
    """The whole page for these verbs."""
    return HEAD + ("".join(map(_section, found)) or NONE_YET)


def _section(verb: Verb) -> str:
    text = f"\n## tokenry {verb.words}\n\n{verb.help}\n"
    rows = [f"| `{spelling}` | {' '.join(words.split())} |\n" for spelling, words in (*verb.arguments, *verb.options)]
    return text + ("\n| argument or option | says |\n|---|---|\n" + "".join(rows) if rows else "")


def administration_page() -> str:
    """The whole page of administrative routes."""
    document = openapi()
    rows = []
    for route in ADMINISTRATION:
        entry = document["paths"][route.path][route.method.lower()]
        rows.append(f"| `{route.path}` | {route.method} | {entry['summary']} | `{route.needs or 'none'}` |\n")
    return ADMINISTRATION_HEAD + "".join(rows)


def access_page() -> str:
    """The page about access, with the table of roles as the code has it."""
    before, _, rest = ACCESS_PAGE.read_text(encoding="utf-8").partition("| permission |")
    after = rest[rest.index("\n\n") :]
    return before + roles_table() + after


def roles_table() -> str:
    """What each role may, a permission a row."""
    heads = ["permission", *OF_ORGANIZATION, *(f"project {role}" for role in OF_PROJECT)]
    roles = (*OF_ORGANIZATION.values(), *OF_PROJECT.values())
    rows = [[f"`{name}`", *("yes" if name in role else "" for role in roles)] for name in get_args(Permission)]
    return "\n".join("| " + " | ".join(row) + " |" for row in (heads, ["---"] * len(heads), *rows))


def main() -> None:
    """Write the pages."""
    ACCESS_PAGE.write_text(access_page(), encoding="utf-8")
    CLI.write_text(cli_page(verbs()), encoding="utf-8")
    ADMINISTRATION_PAGE.write_text(administration_page(), encoding="utf-8")


if __name__ == "__main__":
    main()
