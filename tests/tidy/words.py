"""House rules about words: what a file and a public name must say, and what an ignored rule owes its reader."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from tests.tidy.house import Breach, Function, Source, dotted

DIRECTIVE = re.compile(
    r"noqa(?::\s*[A-Z]+[0-9]+(?:[,\s]+[A-Z]+[0-9]+)*)?"
    r"|type:\s*ignore(?:\[[^\]]*\])?"
    r"|pragma:\s*no\s*(?:cover|branch)"
    r"|(?:ruff|mypy|pyright):\s*[\w-]+(?:[:=]\s*[\w\[\]\", -]+?)?(?=\s*(?:#|$))"
    r"|nosec(?:\s+B[0-9]+)*"
)
ANYWHERE = re.compile(DIRECTIVE.pattern, re.MULTILINE)  # in a file's text: what has none needs no look at its comments
# Callbacks whose contract stands in the documentation of the library that calls them.
CALLBACKS = {
    "connection_made", "connection_lost", "data_received", "eof_received", "pause_writing", "resume_writing",
    "on_url", "on_header", "on_headers_complete", "on_body", "on_message_begin", "on_message_complete", "on_status",
    "on_chunk_header", "on_chunk_complete", "do_GET", "do_POST", "log_message", "upgrade", "downgrade",
    "collect", "render", "capture_signals",
}  # fmt: skip  # one name a line would bury the list


def module_docstring(source: Source) -> Iterator[Breach]:
    """A module says what it knows and what it does not."""
    if not source.text.strip() and not source.is_product:
        return
    if not ast.get_docstring(source.tree):
        yield Breach(1, "a module without a docstring")


def public_docstring(source: Source) -> Iterator[Breach]:
    """Public classes, functions and methods say what they do. Words that stand once in a file (on the Protocol or base
    class) stand for every class there that follows them."""
    if not source.is_product and not source.path.startswith("bench/"):
        return
    said = {f.name for f in source.functions if ast.get_docstring(f)} | _wire_records(source.tree)
    yield from _undocumented(source.tree.body, said)


def reason_for_ignoring(source: Source) -> Iterator[Breach]:
    """An ignored lint rule carries its reason, in the same comment."""
    if not ANYWHERE.search(source.text):
        return
    for line, comment in source.comments.items():
        rest = DIRECTIVE.sub(" ", comment)
        if rest == comment:
            continue
        if len(re.findall(r"[A-Za-z]{2,}", rest)) < 2:
            yield Breach(line, f"{comment!r} ignores a rule and does not say why")


def _undocumented(body: list[ast.stmt], said: set[str]) -> Iterator[Breach]:
    for node in body:
        if isinstance(node, ast.If | ast.Try):
            yield from _undocumented(node.body, said)
        if not isinstance(node, Function | ast.ClassDef) or node.name.startswith("_"):
            continue
        if isinstance(node, ast.ClassDef):
            if not ast.get_docstring(node) and node.name not in said:
                yield Breach(node.lineno, f"class {node.name} without a docstring")
            methods = [m for m in node.body if not (isinstance(m, Function) and m.name in said | CALLBACKS)]
            yield from _undocumented([m for m in methods if isinstance(m, Function | ast.ClassDef)], said)
        elif not ast.get_docstring(node) and not _is_plain_fact(node) and not _has_words_elsewhere(node):
            yield Breach(node.lineno, f"{node.name} without a docstring")


def _wire_records(tree: ast.Module) -> set[str]:
    """Structs of nothing but fields: each mirrors part of a format that the module's docstring names."""
    structs: set[str] = set()
    for node in tree.body:
        if isinstance(node, ast.ClassDef) and any(dotted(base).endswith(("Struct", *structs)) for base in node.bases):
            structs.add(node.name)
    classes = [node for node in tree.body if isinstance(node, ast.ClassDef) and node.name in structs]
    return {node.name for node in classes if all(isinstance(line, ast.AnnAssign | ast.Pass) for line in node.body)}


def _is_plain_fact(function: Function) -> bool:
    """A property of one return statement is an attribute with a name, and attributes go without a docstring too."""
    names = {dotted(decorator) for decorator in function.decorator_list}
    return "property" in names and len(function.body) == 1 and isinstance(function.body[0], ast.Return)


def _has_words_elsewhere(function: Function) -> bool:
    names = (dotted(decorator) for decorator in function.decorator_list)
    return any(name.endswith(("overload", "override", ".setter", ".deleter")) for name in names)
