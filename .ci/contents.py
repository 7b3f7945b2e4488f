"""Checks what a built wheel holds: everything that runs, the built pages too; nothing that only builds or tests it."""

from __future__ import annotations

import fnmatch
import sys
import zipfile
from pathlib import Path

SOURCE = Path(__file__).resolve().parents[1] / "src"
ALLOWED = ("tokenry/", "tokenry-")
NEEDED = {
    "tokenry-*/licenses/LICENSE": "the licence",
    "tokenry/api/web/dist/index.html": "the workspace's page",
    "tokenry/api/web/dist/assets/*.js.br": "the compressed form of its scripts",
    "tokenry/api/web/dist/THIRD-PARTY.txt": "the list of what the pages are made of",
}
TAG = "-py3-none-any.whl"


def complaints(names: set[str], source: Path) -> list[str]:
    """What is missing from, or has no place among, the members of a wheel built from `source`."""
    paths = (path for path in source.rglob("*") if path.is_file() and path.suffix not in (".pyc", ".pyo"))
    wanted = {path.relative_to(source).as_posix() for path in paths}
    missing = [f"{name} is missing" for name in sorted(wanted - names)]
    strange = [f"{name} does not belong" for name in sorted(names) if not name.startswith(ALLOWED)]
    lacking = [f"{what} is missing" for pattern, what in NEEDED.items() if not fnmatch.filter(names, pattern)]
    maps = [f"{name} is a source map" for name in sorted(names) if name.endswith(".map")]
    return missing + strange + lacking + maps


def main() -> int:
    """Check the wheel named on the command line; 1 when there is a complaint."""
    with zipfile.ZipFile(sys.argv[1]) as wheel:
        found = complaints(set(wheel.namelist()), SOURCE)
    if not sys.argv[1].endswith(TAG):
        found.append(f"{sys.argv[1]}: one wheel serves every system, and is called …{TAG}")
    print("\n".join(found) or f"{Path(sys.argv[1]).name} holds what it should")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
