"""The wire's reader of engines' answers: any bytes are an answer or a failure, the same however the reads cut them.

    just fuzz answers --minutes 15

Each input is a whole life of a pool of one connection on made-up time (see tests/engines/test_wire_fuzz.py): it must
end, and leave no socket, task or place behind.
"""

from __future__ import annotations

from collections.abc import Iterator

from tests.engines.test_wire_fuzz import READERS, Peer, ask

ROOMS = ("tokenry.engines.http1", "tokenry.engines.exchange", "tokenry.engines.wire")
WORDS = ("HTTP/1.1 200 OK\r\n", "content-length: 5\r\n", "transfer-encoding: chunked\r\n", "\r\n\r\n", "5\r\nhello\r\n",
         "0\r\n\r\n", "HTTP/1.1 100 Continue\r\n\r\n", "connection: close\r\n", "keep-alive: timeout=5\r\n", ";ext\r\n",
         "content-encoding: gzip\r\n", "HTTP/1.1 204 No\r\n", "HTTP/1.0 ", "upgrade: x\r\n")  # fmt: skip
_ENDINGS = ("silent", "close", "reset", "close")
_READERS = sorted(READERS)


def target(data: bytes) -> None:
    """One input: a byte for how it is read and how it ends, two for the cuts, then what the engine sends."""
    if len(data) < 4:
        return
    how, said = data[0], data[3:]
    ending, warm = _ENDINGS[how & 3], bool(how & 4)
    cuts = tuple(range(data[1] % 7, len(said), 1 + data[2] % 50))
    cut = ask(Peer(said, cuts, ending), reader=_READERS[(how >> 3) % 3], warm=warm)
    whole = ask(Peer(said, (), ending), reader="read", warm=False)
    assert cut is None or 200 <= cut[0] <= 599
    if _READERS[(how >> 3) % 3] != "read_all" and not (warm and ending != "silent"):
        assert cut == whole, f"\n{cut}\n{whole}"


def seeds() -> Iterator[bytes]:
    """Answers as engines send them."""
    for said in (
        b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\nContent-Type: a/b \r\n\r\nhello",
        b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5;x=y\r\nhello\r\n0\r\ntrailer: x\r\n\r\n",
        b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 429 Slow\r\nkeep-alive: timeout=5\r\ncontent-length: 0\r\n\r\n",
        b"HTTP/1.0 200 OK\r\n\r\nuntil the end",
        b"HTTP/1.1 204 No\r\nconnection: close\r\n\r\n",
        b"HTTP/1.1 304 No\r\ncontent-length: 9\r\n\r\n",
        b"HTTP/1.1 101 Up\r\nupgrade: x\r\n\r\n",
        b"HTTP/1.1 200 OK\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nab",
        b"HTTP/1.1 200 OK\ncontent-length: 1\n\na",
    ):
        for how in (b"\0\0\0", b"\x05\1\3", b"\x0e\2\7", b"\x11\0\1"):
            yield how + said
