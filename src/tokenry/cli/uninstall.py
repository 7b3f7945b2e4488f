"""`tokenry uninstall`. Removes only what Tokenry made, from a folder that it knows for its own; other files stay.

The cache of models is shared by every data folder of a user: it is shown, and removed only when that is asked for.
"""

from __future__ import annotations

import shutil
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Annotated

import typer

from tokenry.base.errors import TokenryError
from tokenry.cli import places, show
from tokenry.cli.client import server_up
from tokenry.cli.options import AsJson, ConfigFile, Data, example, single
from tokenry.config import default_cache_dir

app = single()

BOOKS = (places.LEDGER_NAME, "app.db")  # either makes a folder a data folder of ours
OURS_IN_DATA = (
    "ledger.db*", "app.db*", "usage.db*", "ballast", "restore.json*", "restore-*.part", "lock", "certificates.pem*",
    str(places.SOCKET), "batches/batch_*", f"blobs/[0-9a-f][0-9a-f]/{'[0-9a-f]' * 64}", "blobs/tmp/tmp*",
)  # fmt: skip
FOLDERS_IN_DATA = ("run", "batches", *(f"blobs/{number:02x}" for number in range(256)), "blobs/tmp", "blobs")
OURS_IN_CACHE = (
    f"sha256/{'[0-9a-f]' * 64}",
    "partial/*.part",
    "partial/*.validator",
    "partial/wheels-*",
    "locks/*.lock",
)
FOLDERS_IN_CACHE = ("sha256", "artifacts", "partial", "locks")
SYSTEM_UNITS = Path("/etc/systemd/system")
USER_UNITS = Path(".config/systemd/user")
_SQLITE = b"SQLite format 3\0"


@dataclass(slots=True)
class Spot:
    """A place on this disk: what of it is ours, and after a removal what was left there."""

    what: str
    path: Path
    ours: list[Path]
    folders: tuple[str, ...]
    size: int = 0
    left: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Beyond:
    """Something that belongs to an installation, but that a person put there."""

    what: str
    path: str
    how: str


@app.command(epilog=example("tokenry uninstall", "tokenry uninstall --yes", "tokenry uninstall --yes --models"))
def uninstall(
    yes: Annotated[bool, typer.Option("--yes", help="Remove the data folder's books and keys, for good.")] = False,
    models: Annotated[
        bool, typer.Option("--models", help="With --yes: the models too, which all data folders share.")
    ] = False,
    config: ConfigFile = None,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Show what lies on this disk, and with --yes remove it. The configuration and other files of yours stay."""
    folder = places.folder(data)
    books, cached = _books(folder), _models(_cache(data, config))
    going = [books, *([cached] if models else [])] if yes else []
    if yes:
        _may_go(folder, books, [spot for spot in going if spot.ours])
        for spot in going:
            _remove(spot)
    if as_json:
        shown = [_shown(spot, spot in going) for spot in (books, cached)]
        show.document({"removed": yes, "places": shown, "left_to_you": [asdict(one) for one in _beyond(data, config)]})
        return
    show.table(
        ["WHAT", "*WHERE", ">SIZE"],
        [(spot.what, spot.path, show.size(spot.size)) for spot in (books, cached) if spot.ours],
        empty=f"Nothing of Tokenry lies in {folder} or {cached.path}.",
    )
    show.say(*_outcome(going, books, cached))
    for one in _beyond(data, config):
        show.say(f"{one.path} is yours to remove: {one.how}")


def _may_go(folder: Path, books: Spot, going: list[Spot]) -> None:
    """Raises TokenryError when the folder is not ours to empty."""
    if folder.exists() and not books.ours:
        raise TokenryError(f"{folder} is not a data folder of Tokenry: it has no {BOOKS[0]}; nothing was removed")
    if not going:
        raise TokenryError(f"there is nothing to remove: {folder} does not exist")
    if server_up(folder):
        raise TokenryError(f"a server runs on {folder}; stop it first")


def _outcome(going: list[Spot], books: Spot, cached: Spot) -> list[str]:
    """What is said below the table."""
    program = "The program itself: uv tool uninstall tokenry, or pip uninstall tokenry"
    if not going:
        if not books.ours and not cached.ours:
            return [program]
        words = ["", "Nothing was removed."]
        if books.ours:
            words.append("`tokenry uninstall --yes` removes the books and keys, for good.")
        if cached.ours:
            words.append("The models serve every data folder of yours; add --models to remove them too.")
        return words
    words = [""]
    for spot in going:
        if spot.left:
            more = f" and {len(spot.left) - 5} more" if len(spot.left) > 5 else ""
            words.append(f"{spot.path} stays, with what is left to you: {', '.join(spot.left[:5])}{more}")
    if cached.ours and cached not in going:
        words.append(f"The models in {cached.path} stay for other data folders; --models removes them too.")
    return [*words, f"Removed. {program}"]


def _beyond(data: Path | None, config: Path | None) -> list[Beyond]:
    """Units of a service manager, and the socket that the configuration names: told, and never removed by us."""
    found: list[Beyond] = []
    for folder, manager in ((SYSTEM_UNITS, "systemctl"), (Path.home() / USER_UNITS, "systemctl --user")):
        found += [
            Beyond("unit", str(path), f"{manager} disable --now {path.name} && rm {path}")
            for path in sorted(folder.glob("tokenry*.service")) + sorted(folder.glob("tokenry*.socket"))
        ]
    try:
        socket = places.read_config(data, config).server.unix_socket
    except TokenryError:
        socket = None
    if socket is not None and Path(socket).expanduser().exists():
        found.append(Beyond("socket", socket, f"a server that ends takes it along; else: rm {socket}"))
    return found


def _shown(spot: Spot, removed: bool) -> dict[str, object]:
    return {
        "what": spot.what, "path": str(spot.path), "size_bytes": spot.size, "removed": removed and bool(spot.ours),
        "ours": [str(path) for path in spot.ours], "left": spot.left,
    }  # fmt: skip


def _cache(data: Path | None, config: Path | None) -> Path:
    try:
        return places.cache_dir(places.read_config(data, config))
    except TokenryError:
        return default_cache_dir()  # a mistake in the file keeps nobody from leaving


def _books(folder: Path) -> Spot:
    """A folder without books is somebody else's, even when it has a file called lock."""
    found = _found(folder, OURS_IN_DATA) if any(_is_database(folder / name) for name in BOOKS) else []
    return Spot("data", folder, found, FOLDERS_IN_DATA, sum(map(_size, found)))


def _models(cache: Path) -> Spot:
    found = _found(cache, OURS_IN_CACHE) + sorted(pins.parent for pins in cache.glob("artifacts/*/pins.json"))
    return Spot("models", cache, found, FOLDERS_IN_CACHE, sum(map(_size, found)))


def _found(folder: Path, patterns: tuple[str, ...]) -> list[Path]:
    return sorted({path for pattern in patterns for path in folder.glob(pattern)})


def _is_database(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return file.read(len(_SQLITE)) == _SQLITE
    except OSError:
        return False


def _size(path: Path) -> int:
    files = [path] if path.is_file() else path.rglob("*")
    return sum(file.stat().st_size for file in files if file.is_file() and not file.is_symlink())


def _remove(spot: Spot) -> None:
    for path in spot.ours:
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink()
    for folder in (*(spot.path / name for name in spot.folders), spot.path):
        if folder.is_dir() and not any(folder.iterdir()):
            folder.rmdir()
    if spot.path.is_dir():
        spot.left = sorted(path.name for path in spot.path.iterdir())
