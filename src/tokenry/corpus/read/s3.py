"""Inputs in S3 and in stores that speak its protocol, through Arrow's own client.

Credentials are the standard ones (environment, profile, machine role) and stand in no recipe. `AWS_ENDPOINT_URL` names
another store than Amazon's, `AWS_CA_BUNDLE` who signs its certificate.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any, Final

from pyarrow import fs

from tokenry.config import environ
from tokenry.corpus.read.far import MAGIC, Far, Listed, RemoteError, fitting

SCHEME: Final = "s3://"
ATTEMPTS = 5  # by the client itself, with growing pauses
_CONNECT, _ANSWER = 10, 60  # seconds
_AT_ONCE = 8 << 20  # bytes of one request at most


def listed(pattern: str) -> list[Listed]:
    """Objects that a pattern means: one, those below a folder, or those that fit.

    Raises:
        RemoteError: the store cannot be asked.
    """
    path = pattern.removeprefix(SCHEME)
    bucket = path.partition("/")[0]
    if not bucket or MAGIC.search(bucket):
        raise RemoteError(f"{pattern}: name the bucket: s3://BUCKET/FOLDER/*.warc.gz")
    magic = MAGIC.search(path)
    root = path[: magic.start()].rpartition("/")[0] if magic else path.rstrip("/")
    store = _store(bucket, pattern)
    try:
        if not magic and (one := store.get_file_info(path)).type == fs.FileType.File:
            return [_listed(one)]
        deep = magic is None or "/" in path[magic.start() :] or "**" in path
        found = store.get_file_info(fs.FileSelector(root, recursive=deep))
    except OSError as error:
        raise _said(pattern, error) from error
    fits = fitting(path) if magic else None
    names = [one for one in found if one.type == fs.FileType.File and (fits is None or fits.fullmatch(one.path))]
    return sorted(map(_listed, names))


def version(address: str) -> Listed:
    """An object as it is now.

    Raises:
        RemoteError: it is gone, or the store cannot be asked.
    """
    path = address.removeprefix(SCHEME)
    try:
        one = _store(path.partition("/")[0], address).get_file_info(path)
    except OSError as error:
        raise _said(address, error) from error
    if one.type != fs.FileType.File:
        raise RemoteError(f"{address}: no such object")
    return _listed(one)


def etag(address: str) -> str:
    """An object's ETag; empty where the store gives none.

    Raises:
        RemoteError: as `version`.
    """
    path = address.removeprefix(SCHEME)
    try:
        with _store(path.partition("/")[0], address).open_input_stream(path) as stream:
            return bytes((stream.metadata() or {}).get("ETag", b"")).decode().strip('"')
    except OSError as error:
        raise _said(address, error) from error


def forget() -> None:
    """Ask with other credentials, where they changed, from now on."""
    _client.cache_clear()


class Object(Far):
    """An object, read by ranges."""

    def __init__(self, address: str, size: int, alive: Callable[[], None]) -> None:
        super().__init__(size, alive)
        self._address = address
        self._file: Any = None

    def bytes_at(self, at: int, most: int) -> bytes:
        """Some bytes from a place on."""
        path = self._address.removeprefix(SCHEME)
        try:
            if self._file is None:
                self._file = _store(path.partition("/")[0], self._address).open_input_file(path)
            data = bytes(self._file.read_at(min(most, _AT_ONCE), at))
        except OSError as error:
            raise _said(self._address, error) from error
        if not data:
            raise RemoteError(f"{self._address} is shorter than it was; start the same build again to hear more")
        return data

    def close(self) -> None:
        """Let go of it."""
        if self._file is not None:
            self._file.close()
            self._file = None
        super().close()


def _listed(one: Any) -> Listed:
    return Listed(SCHEME + one.path, one.size, str(one.mtime_ns))


def _store(bucket: str, asked: str) -> Any:
    told = environ()
    endpoint = told.get("AWS_ENDPOINT_URL_S3") or told.get("AWS_ENDPOINT_URL")
    region = told.get("AWS_REGION") or told.get("AWS_DEFAULT_REGION")
    try:
        return _client(bucket, endpoint, region, told.get("AWS_CA_BUNDLE"))
    except OSError as error:
        raise _said(asked, error) from error


@lru_cache(maxsize=32)
def _client(bucket: str, endpoint: str | None, region: str | None, authority: str | None) -> Any:
    if region is None:
        region = "us-east-1" if endpoint else fs.resolve_s3_region(bucket)
    return fs.S3FileSystem(
        region=region,
        endpoint_override=endpoint,
        connect_timeout=_CONNECT,
        request_timeout=_ANSWER,
        tls_ca_file_path=authority,
        retry_strategy=fs.AwsStandardS3RetryStrategy(max_attempts=ATTEMPTS),
    )


def _said(address: str, error: OSError) -> RemoteError:
    words = str(error)
    bucket = address.removeprefix(SCHEME).partition("/")[0]
    if isinstance(error, FileNotFoundError) or any(one in words for one in ("NO_SUCH", "NOT_FOUND", "code 404")):
        return RemoteError(f"{address}: no such object or bucket; look whether its name and its region are right")
    if any(one in words for one in ("ACCESS_DENIED", "INVALID_ACCESS", "SIGNATURE", "EXPIRED", "TOKEN", "code 403")):
        return RemoteError(
            f"{address}: the store refuses; set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, to one "
            f"who may list and read {bucket}"
        )
    if any(one in words for one in ("SSL", "certificate", "curlCode: 60", "curlCode: 35")):
        return RemoteError(f"{address}: the store's certificate is not trusted; name its authority in AWS_CA_BUNDLE")
    if "NETWORK_CONNECTION" in words or "curlCode" in words:
        return RemoteError(
            f"{address}: the store cannot be reached ({words.rpartition('Details: ')[2][:200]}); look at the network, "
            "AWS_ENDPOINT_URL and AWS_REGION, and start the same build again"
        )
    return RemoteError(f"{address}: {words[:300]}")
