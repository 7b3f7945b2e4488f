"""Checks what a built wheel holds: everything that runs, nothing that only builds or tests it."""

from __future__ import annotations

import sys
import zipfile
from pathlib import Path

SOURCE = Path(__file__).resolve().parents[1] / "src"
ALLOWED = ("tokenry/", "tokenry-")


def complaints(names: set[str], source: Path) -> list[str]:
    """What is missing from, or has no place among, the members of a wheel built from `source`."""
    paths = (path for path in source.rglob("*") if path.is_file() and path.suffix not in (".pyc", ".pyo"))
    wanted = {path.relative_to(source).as_posix() for path in paths}
    missing = [f"{name} is missing" for name in sorted(wanted - names)]
    strange = [f"{name} does not belong" for name in sorted(names) if not name.startswith(ALLOWED)]
    licence = [] if any(name.endswith("licenses/LICENSE") for name in names) else ["the licence is missing"]
    return missing + strange + licence


def main() -> int:
    """Check the wheel named on the command line; 1 when there is a complaint."""
    with zipfile.ZipFile(sys.argv[1]) as wheel:
        found = complaints(set(wheel.namelist()), SOURCE)
    print("\n".join(found) or f"{Path(sys.argv[1]).name} holds what it should")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
