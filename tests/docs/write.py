"""Writes the reference page of the command line from the verbs themselves: `just reference`."""

from __future__ import annotations

from collections.abc import Iterable

from tests.docs.surface import Verb, verbs
from tests.tidy.house import ROOT

CLI = ROOT / "docs/reference/cli.md"
HEAD = """# Command line

Written from the code by `just reference`. `--help` after any verb says the same.
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


def main() -> None:
    """Write the page."""
    CLI.write_text(cli_page(verbs()), encoding="utf-8")


if __name__ == "__main__":
    main()
