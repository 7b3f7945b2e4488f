"""Bring the bytes behind one address into one file: resuming, with progress. Knows no artifacts and no hashes."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import httpx2

from tokenry.engines.artifacts import ArtifactError

Progress = Callable[[int, int | None], None]
"""Called with bytes done and bytes in all (None while unknown). Called often: draw at your own pace."""

_PIECE_SIZE = 256 * 1024
_TIMEOUT = httpx2.Timeout(60.0, connect=15.0)
_SPARE = 64 * 1024 * 1024  # bytes of disk left free beside a download
_ATTEMPTS_MAX = 5


def download(url: str, part: Path, *, progress: Progress, auth: tuple[str, str] | None = None) -> None:
    """Bring `url` into `part`, going on from the bytes that lie there.

    A connection that breaks is taken up again up to four times. `part` and its `.validator` stay behind after a
    failure, so that the next call goes on; the bytes are not verified here.

    Args:
        url: http(s) address; redirects are followed.
        part: the file to write; its folder exists.
        progress: told bytes done and in all.
        auth: user and password for the first host.

    Raises:
        ArtifactError: unreachable, refused, or no room on the disk, in one line.
    """
    with httpx2.Client(follow_redirects=True, timeout=_TIMEOUT, auth=auth) as client:
        for attempt in range(1, _ATTEMPTS_MAX + 1):
            before = _size(part)
            try:
                _transfer(client, url, part, progress)
            except httpx2.TransportError as error:
                if attempt == _ATTEMPTS_MAX or _size(part) == before:
                    raise ArtifactError(
                        f"{_host(url)} broke off: {str(error) or type(error).__name__}; run the same again to go on"
                    ) from None
                continue
            _validator(part).unlink(missing_ok=True)
            return


def _transfer(client: httpx2.Client, url: str, part: Path, progress: Progress) -> None:
    start = _size(part)
    headers = {"accept-encoding": "identity"}
    validator = _read(_validator(part))
    if start and validator:
        headers |= {"range": f"bytes={start}-", "if-range": validator}
    else:
        start = 0
    with client.stream("GET", url, headers=headers) as answer:
        if answer.status_code == 416 and answer.headers.get("content-range") == f"bytes */{start}":
            progress(start, start)  # everything had come, only nobody looked at it yet
            return
        if answer.status_code == 416:
            part.unlink()
            raise ArtifactError(f"{_host(url)} has less than what came before; run the same again to start over")
        if answer.status_code not in (200, 206):
            raise ArtifactError(f"{_host(url)} answered {answer.status_code} for {urlsplit(url).path}")
        start = start if answer.status_code == 206 and _range_start(answer) == start else 0
        if answer.status_code == 206 and start == 0:
            raise ArtifactError(f"{_host(url)} sent another part than asked for; run the same again")
        _keep_validator(part, answer)
        _write(answer, part, start, progress)


def _write(answer: httpx2.Response, part: Path, start: int, progress: Progress) -> None:
    length = answer.headers.get("content-length")
    total = start + int(length) if length else None
    free = shutil.disk_usage(part.parent).free
    if total is not None and total - start + _SPARE > free:
        raise ArtifactError(
            f"{part.parent} has {free // 10**6} MB free and {(total - start) // 10**6} MB are still to come; "
            "make room and run the same again"
        )
    done = start
    with part.open("r+b" if start else "wb") as file:
        file.seek(start)
        progress(done, total)
        for piece in answer.iter_raw(_PIECE_SIZE):
            file.write(piece)
            done += len(piece)
            progress(done, total)
    if total is not None and done != total:
        raise httpx2.RemoteProtocolError(f"{done} of {total} bytes came")


def _range_start(answer: httpx2.Response) -> int | None:
    match = re.match(r"bytes (\d+)-", answer.headers.get("content-range", ""))
    return int(match[1]) if match else None


def _keep_validator(part: Path, answer: httpx2.Response) -> None:
    etag = str(answer.headers.get("etag", ""))
    strong = etag if etag and not etag.startswith("W/") else str(answer.headers.get("last-modified", ""))
    if strong:
        _validator(part).write_text(strong, encoding="utf-8")
    else:  # nothing to resume by: a next try starts over
        _validator(part).unlink(missing_ok=True)


def _validator(part: Path) -> Path:
    return part.with_name(part.name + ".validator")


def _read(path: Path) -> str | None:
    return path.read_text(encoding="utf-8") if path.exists() else None


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def _host(url: str) -> str:
    return urlsplit(url).hostname or url
