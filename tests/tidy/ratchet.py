"""The counts that may only fall: how often each file breaks each house rule today.

`python -m tests.tidy.ratchet` writes lower counts after something got better, and refuses to write higher ones.
"""

from __future__ import annotations

import sys
import tomllib
from pathlib import Path

from tests.tidy import reach, shape, words
from tests.tidy.house import Breach, Rule, Source, sources

FILE = Path(__file__).with_name("ratchet.toml")
HEAD = "# How often each file may break each house rule. Counts only fall: `just ratchet` lowers them.\n"
RULES: dict[str, Rule] = {
    rule.__name__: rule
    for rule in (
        shape.file_length,
        shape.function_length,
        shape.parameters,
        shape.file_name,
        reach.broad_except,
        reach.wall_clock,
        reach.environment,
        reach.lazy_import,
        reach.inner_import,
        reach.driver_import,
        words.module_docstring,
        words.public_docstring,
        words.reason_for_ignoring,
    )
}
Counts = dict[str, dict[str, int]]


def allowed(text: str | None = None) -> Counts:
    """Rule → file → how many breaches are let stand, from the ratchet file (or from `text` in its format)."""
    return tomllib.loads(FILE.read_text(encoding="utf-8") if text is None else text)


def breaches(rule: Rule, files: list[Source]) -> dict[str, list[Breach]]:
    """File → its breaches of `rule`, files without any left out."""
    found = {source.path: list(rule(source)) for source in files}
    return {path: list_ for path, list_ in found.items() if list_}


def worse(found: dict[str, list[Breach]], let: dict[str, int]) -> list[str]:
    """`path:line: what` for every breach in a file that has more of them than the ratchet lets stand."""
    return [
        f"{path}:{breach.line}: {breach.what}"
        for path, list_ in found.items()
        if len(list_) > let.get(path, 0)
        for breach in list_
    ]


def better(found: dict[str, list[Breach]], let: dict[str, int]) -> list[str]:
    """Files that have fewer breaches than the ratchet lets stand, which must be written down."""
    now = {path: len(found.get(path, [])) for path in let}
    return [f"{path}: {now[path]} now, {n} let stand" for path, n in let.items() if now[path] < n]


def render(counts: Counts) -> str:
    """The ratchet file's text for these counts; rules and files in alphabetical order, zeros left out."""
    lines = [HEAD]
    for rule in sorted(counts):
        files = {path: n for path, n in sorted(counts[rule].items()) if n}
        if files:
            lines += [f"\n[{rule}]\n", *(f'"{path}" = {n}\n' for path, n in files.items())]
    return "".join(lines)


def main() -> int:
    """Write lower counts; return 1, having named every place, if something got worse."""
    files, let = sources(), allowed()
    counts: Counts = {}
    complaints: list[str] = []
    for name, rule in RULES.items():
        found = breaches(rule, files)
        complaints += [f"{name}: {line}" for line in worse(found, let.get(name, {}))]
        counts[name] = {path: min(len(list_), let.get(name, {}).get(path, 0)) for path, list_ in found.items()}
    FILE.write_text(render(counts), encoding="utf-8")
    print("\n".join(complaints) or "The counts are as low as the code allows.")
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main())
