"""House rules about what code may reach for: time, the environment, other rooms' insides, drivers, swallowed errors."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from tests.tidy.house import ROOT, Breach, Source, dotted

CLOCKS = {"time.time", "time.time_ns", "datetime.now", "datetime.utcnow", "datetime.today", "date.today"}
CLOCK_FILES = ("base/clock.py", "base/ids.py")
ENVIRONMENT = {"os.environ", "os.environb", "os.getenv", "os.getenvb", "os.putenv", "os.unsetenv"}
EDGE = re.compile(r"#\s*edge:\s*(\S+\s+){2,}\S+")
LAZY_ROOMS = ("cli", "app")
DRIVERS = {
    "starlette": ("api", "app"),
    "uvicorn": ("api", "app"),
    "python_multipart": ("api",),
    "webauthn": ("access",),
    "websockets": ("api",),
    "apsw": ("storage",),
    "sqlalchemy": ("storage",),
    "alembic": ("storage",),
    "httptools": ("api", "engines"),
    "xllamacpp": ("engines",),
    "faster_whisper": ("engines",),
    "av": ("engines",),
    "tokenizers": ("engines", "corpus"),
    "numpy": ("engines", "corpus", "workspace"),
    "pypdfium2": ("corpus", "reading"),
    "pyarrow": ("corpus",),
    "fastwarc": ("corpus",),
    "resiliparse": ("corpus",),
    "trafilatura": ("corpus",),
    "lxml": ("corpus",),
    "tldextract": ("corpus",),
    "tiktoken": ("corpus",),
    "gigatoken": ("corpus",),
    "fasttext": ("corpus",),
    "ray": ("corpus",),
    "regex": ("corpus",),
    "uharfbuzz": ("corpus", "programmes"),
    "segno": ("programmes",),
    "httpx2": ("engines", "corpus", "cli", "notify", "app"),
    "aiosmtplib": ("notify",),
    "typer": ("cli",),
    "rich": ("cli", "app"),
}


def broad_except(source: Source) -> Iterator[Breach]:
    """Nobody swallows what they did not expect, but at a marked edge: HTTP error handler, task supervisor, probe."""
    if not source.is_product:
        return
    for node in source.nodes:
        if isinstance(node, ast.ExceptHandler):
            broad = node.type is None or any(_is_broad(kind) for kind in _kinds(node.type))
            last = node.body[-1]
            raises_again = isinstance(last, ast.Raise) and last.exc is None
            if broad and not raises_again and not EDGE.search(source.comments.get(node.lineno, "")):
                yield Breach(node.lineno, "a broad except without `# edge: why` and without a bare raise at its end")
        elif isinstance(node, ast.Call) and dotted(node.func).endswith("suppress") and any(map(_is_broad, node.args)):
            yield Breach(node.lineno, "suppress(Exception) swallows what nobody expected")


def wall_clock(source: Source) -> Iterator[Breach]:
    """Only base.clock reads the time of day (and base.ids, which stamps identifiers)."""
    if not source.is_product or source.path.endswith(CLOCK_FILES):
        return
    for node in source.nodes:
        if isinstance(node, ast.Attribute):
            name = dotted(node)
            if any(name == clock or name.endswith("." + clock) for clock in CLOCKS):
                yield Breach(node.lineno, f"{name}: take a base.clock.Clock instead")
        if isinstance(node, ast.ImportFrom) and node.module == "time":
            for alias in node.names:
                if f"time.{alias.name}" in CLOCKS:
                    yield Breach(node.lineno, f"from time import {alias.name}: take a base.clock.Clock instead")


def environment(source: Source) -> Iterator[Breach]:
    """Only config reads the environment, and only for secrets and folders: settings live in the configuration file."""
    if not source.is_product or source.room == "config":
        return
    for node in source.nodes:
        if isinstance(node, ast.Attribute) and dotted(node) in ENVIRONMENT:
            yield Breach(node.lineno, f"{dotted(node)}: ask config for it")
        if isinstance(node, ast.ImportFrom) and node.module == "os":
            for alias in node.names:
                if f"os.{alias.name}" in ENVIRONMENT:
                    yield Breach(node.lineno, f"from os import {alias.name}: ask config for it")


def lazy_import(source: Source) -> Iterator[Breach]:
    """Imports stand at the top: one inside a function hides a cycle. Only cli and app register rooms lazily."""
    if not source.is_product or source.room in LAZY_ROOMS:
        return
    seen = set()
    for function in source.functions:
        for node in ast.walk(function):
            if isinstance(node, ast.Import | ast.ImportFrom) and node.lineno not in seen:
                seen.add(node.lineno)
                yield Breach(node.lineno, f"import inside {function.name}")


def inner_import(source: Source, root: Path = ROOT) -> Iterator[Breach]:
    """Others import from a room's `__init__` (or a part's own, as `api.admin`), never from its files. `base` is a
    shelf: its files are its door."""
    if not source.is_product:
        return
    for node in source.nodes:
        if isinstance(node, ast.Import):
            targets = [(alias.name, "") for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            targets = [(node.module, alias.name) for alias in node.names]
        else:
            continue
        for module, name in targets:
            parts = module.split(".")
            if parts[0] != "tokenry" or len(parts) < 2 or parts[1] in ("base", source.room):
                continue
            if not _is_door(root / "src" / Path(*parts), name):
                yield Breach(node.lineno, f"{module}{'.' * bool(name)}{name} reaches inside the room {parts[1]!r}")


def _is_door(folder: Path, name: str) -> bool:
    """Whether `folder` is a package and `name` something that its `__init__` gives out, not one of its files."""
    init = folder / "__init__.py"
    if not init.exists():
        return False
    given = _imported(init.read_text(encoding="utf-8"))
    is_file = (folder / f"{name}.py").exists() or (folder / name).is_dir()
    return not name or name in given or not is_file


@cache
def _imported(text: str) -> set[str]:
    found = [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.ImportFrom)]
    return {alias.asname or alias.name for node in found for alias in node.names}


def driver_import(source: Source) -> Iterator[Breach]:
    """Only api and app know the web framework, only storage knows SQL drivers, only engines talks to engines."""
    if not source.is_product:
        return
    for node in source.nodes:
        if isinstance(node, ast.Import):
            tops = [alias.name.split(".")[0] for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            tops = [node.module.split(".")[0]]
        else:
            continue
        for top in tops:
            if top in DRIVERS and source.room not in DRIVERS[top]:
                yield Breach(node.lineno, f"{top} belongs to {' and '.join(DRIVERS[top])}")


def _kinds(kind: ast.expr) -> list[ast.expr]:
    return kind.elts if isinstance(kind, ast.Tuple) else [kind]


def _is_broad(kind: ast.expr) -> bool:
    return dotted(kind).removeprefix("builtins.") in ("Exception", "BaseException")
