"""The source files of this repository, parsed once, and what a house rule says about one of them.

Knows where code lies and which room a file belongs to. Knows no rule: those are in shape, reach and words.
"""

from __future__ import annotations

import ast
import io
import tokenize
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PRODUCT = "src/tokenry/"
CODE = ("src", "tests", "bench", ".ci", "web/packing")
Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True, slots=True)
class Breach:
    """One place that breaks one rule: the file's line (from 1) and what is wrong there, in words."""

    line: int
    what: str


@dataclass(frozen=True)
class Source:
    """One Python file: its path from the repository's root with forward slashes, and its text."""

    path: str
    text: str

    @cached_property
    def tree(self) -> ast.Module:
        """The syntax tree."""
        return ast.parse(self.text, filename=self.path)

    @cached_property
    def nodes(self) -> list[ast.AST]:
        """Everything in the tree, in no order that matters; each rule goes through it."""
        return list(ast.walk(self.tree))

    @cached_property
    def comments(self) -> dict[int, str]:
        """Each comment by its line; real comments only, never a `#` inside a string."""
        tokens = tokenize.generate_tokens(io.StringIO(self.text).readline)
        return {token.start[0]: token.string for token in tokens if token.type == tokenize.COMMENT}

    @property
    def is_product(self) -> bool:
        """Whether the file ships in the wheel."""
        return self.path.startswith(PRODUCT)

    @property
    def room(self) -> str:
        """The room a product file belongs to: `ledger`, or the stem for `app.py` and `config.py`; empty elsewhere."""
        if not self.is_product:
            return ""
        return self.path.removeprefix(PRODUCT).split("/")[0].removesuffix(".py")

    @cached_property
    def functions(self) -> list[Function]:
        """Every function and method, nested ones too."""
        return [node for node in self.nodes if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]


Rule = Callable[[Source], Iterator[Breach]]


def sources(root: Path = ROOT) -> list[Source]:
    """Every Python file of ours below `root`, in a stable order."""
    paths = [path for top in CODE for path in sorted((root / top).rglob("*.py"))]
    return [
        Source(path.relative_to(root).as_posix(), path.read_text(encoding="utf-8"))
        for path in paths
        if not {"node_modules", "__pycache__", ".venv"} & set(path.parts)
    ]


def dotted(node: ast.expr) -> str:
    """`os.environ.get` for the expression of that shape; empty for any other expression."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute) and (left := dotted(node.value)):
        return f"{left}.{node.attr}"
    return ""
