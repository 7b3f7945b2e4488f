"""Resolves what a built wheel needs, from wheels alone, for each system and CPython that Tokenry says it runs on.

Nothing is installed or built: a dependency without a wheel for a system is a complaint. `resolve.py WHEEL`; needs uv.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

SYSTEMS = (
    "x86_64-manylinux_2_28",
    "aarch64-manylinux_2_28",
    "aarch64-apple-darwin",
    "x86_64-apple-darwin",
    "x86_64-pc-windows-msvc",
)
VERSIONS = ("3.11", "3.12", "3.13", "3.14")


def combinations() -> Iterator[tuple[str, str]]:
    """Every system with every version."""
    return ((system, version) for system in SYSTEMS for version in VERSIONS)


def complaint(wheel: str, system: str, version: str) -> str:
    """Why the wheel's dependencies cannot be had as wheels there; empty when they can."""
    with tempfile.TemporaryDirectory() as nowhere:
        done = subprocess.run(
            ["uv", "pip", "install", "--dry-run", "--only-binary", ":all:", "--target", nowhere,
             "--python-platform", system, "--python-version", version, wheel],
            capture_output=True, text=True, timeout=300, check=False,
        )  # fmt: skip
    return "" if done.returncode == 0 else done.stderr.strip() or f"uv ended with {done.returncode}"


def main() -> int:
    """Try all; 1 when there is a complaint."""
    wheel, wrong = sys.argv[1], 0
    with ThreadPoolExecutor(max_workers=4) as pool:
        tried = list(combinations())
        for (system, version), words in zip(tried, pool.map(lambda one: complaint(wheel, *one), tried), strict=True):
            print(f"{system:<24} CPython {version}  {words or 'wheels'}", flush=True)
            wrong += bool(words)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
