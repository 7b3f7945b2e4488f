"""What a site says about all of its pages, where an input holds it: robots.txt, ai.txt, tdmrep.json, RSL documents.

The survey finds them (`found`), a table keeps them as they came, and `Sites` answers for a page's URL which of their
words are about it. Of several copies the one fetched last counts. Whether words forbid anything is not decided here.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, urljoin, urlsplit

import msgspec
import pyarrow as pa

from tokenry.corpus.durable import read_parquet, write_parquet
from tokenry.corpus.encodings import decoded_body
from tokenry.corpus.evidence import rsl
from tokenry.corpus.evidence.pages import VALUE_MAX
from tokenry.corpus.evidence.robots import SIZE_MAX, Rule, fits, forbidding, grouped, parsed, usage

FILES = {"/robots.txt": "robots.txt", "/ai.txt": "ai.txt", "/.well-known/tdmrep.json": "tdmrep.json"}
RSL = "rsl"
RESPONSE_MAX = SIZE_MAX + 64 * 1024  # bytes of a response: its body and its headers
SITES = pa.schema(
    [
        ("host", pa.string()),
        ("kind", pa.string()),
        ("date", pa.string()),
        ("url", pa.string()),
        ("body", pa.large_string()),
    ]
)
Words = list[tuple[str, str]]


class Policy(msgspec.Struct, frozen=True, order=True):
    """One such file as it was fetched."""

    host: str
    kind: str
    date: str
    url: str
    body: str


def kind_of(url: str | None) -> str | None:
    """Which of the files a URL names; None for every other page."""
    parts = _split(url)
    return FILES.get(parts.path) if parts is not None else None


def may_be(url: str | None, start: bytes) -> bool:
    """Whether the beginning of a response may be that of such a file: cheap, and asked of every response."""
    return kind_of(url) is not None or rsl.MEDIA.encode() in start or rsl.SIGN in start


def found(url: str, date: str | None, response: bytes) -> Policy | None:
    """The file in a response's bytes (status line, headers, body), its encodings undone.

    Args:
        url: of the response.
        date: of it.
        response: up to `RESPONSE_MAX` bytes of it.

    Returns:
        None unless it is such a file, came with the status 200, and can be unpacked.
    """
    parts = _split(url)
    head, _, body = response.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    status = first.split()
    headers = {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    kind = kind_of(url) or _licence_kind(headers.get("content-type", ""), body)
    if kind is None or parts is None or len(status) < 2 or status[1] != "200":
        return None
    try:
        plain = decoded_body(body, headers.get("transfer-encoding", ""), headers.get("content-encoding", ""), SIZE_MAX)
    except ValueError:
        return None
    return Policy(_host(parts), kind, date or "", url, plain[:SIZE_MAX].decode("utf-8", "replace"))


def _licence_kind(media: str, body: bytes) -> str | None:
    media = media.partition(";")[0].strip().lower()
    return RSL if media == rsl.MEDIA or (media.endswith("xml") and "html" not in media and rsl.SIGN in body) else None


def write(path: Path, policies: Iterable[Policy]) -> int:
    """Keep the files as one table, sorted, the same bytes for the same files; answers how many."""
    rows = [msgspec.to_builtins(one) for one in sorted(set(policies))]
    write_parquet(path, [pa.RecordBatch.from_pylist(rows, schema=SITES)], SITES)
    return len(rows)


class Sites:
    """The files of a run, asked by a page's URL.

    Args:
        path: the table; there may be none, and then no site says anything.
        agents: the crawlers whose refusal counts.
    """

    def __init__(self, path: Path, agents: tuple[str, ...]) -> None:
        self._rules: dict[str, dict[str, Any]] = {}
        self._licences: dict[str, list[rsl.Content]] = {}
        for row in read_parquet(path).to_pylist() if path.exists() else ():  # sorted: a later fetch comes later
            if row["kind"] == RSL:
                self._licences[_key(row["url"])] = _contents(row["body"])
            else:
                self._rules.setdefault(row["host"], {})[row["kind"]] = _read(row["kind"], row["body"], agents)

    def words(self, url: str | None) -> Words:
        """Evidence about a page: which line of which file speaks about it."""
        parts = _split(url)
        files = self._rules.get(_host(parts)) if parts is not None else None
        if not files or parts is None:
            return []
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        words: Words = []
        for kind in ("robots.txt", "ai.txt"):
            if kind in files:
                groups, licences = files[kind]
                words += _lines(kind, groups, licences, path)
        words += _reserved(files.get("tdmrep.json") or [], path)
        return [(kind, value[:VALUE_MAX]) for kind, value in words]  # they stand beside every page of the site

    def licensed(self, url: str | None, addresses: Iterable[str], inline: Iterable[str]) -> Words:
        """What RSL documents say about training on a page: of those inside it first, then of those that are named.

        Args:
            url: the page's.
            addresses: of documents, as the page, its response and its site name them, in that order.
            inline: documents that stand in the page.
        """
        documents = [("in the page", _contents(one)) for one in inline]
        for address in addresses:
            whole = _joined(url, address)
            if (known := self._licences.get(_key(whole))) is not None:
                documents.append((whole[:300], known))
        for place, contents in documents:
            if (said := rsl.terms(contents, url or "")) is not None:
                return [("rsl" if said.refused else "rsl:permission", f"{said.words[:VALUE_MAX]} ({place})")]
        return []


def _lines(kind: str, groups: list[tuple[list[Rule], list[str]]], licences: tuple[str, ...], path: str) -> Words:
    refused: dict[str, list[str]] = {}
    usages: dict[tuple[str, str], None] = {}
    for rules, agents in groups:
        if (rule := forbidding(rules, path)) is not None:
            refused.setdefault(rule.words, []).extend(agents)
        for key in ("content-usage", "content-signal"):
            if (said := usage(rules, path, key)) is not None:
                usages[f"{kind}:{key}", said.words] = None
    lines = [(kind, f"{words} (to {', '.join(agents)})") for words, agents in refused.items()]
    return [*lines, *usages, *((f"{kind}:license", url) for url in licences)]


def _read(kind: str, body: str, agents: tuple[str, ...]) -> Any:
    """Rules by crawler and the licences, or the rules of a tdmrep.json."""
    if kind != "tdmrep.json":
        robots = parsed(body)
        return grouped(robots, agents), robots.licences
    try:
        rules = msgspec.json.decode(body.removeprefix("\ufeff"))
    except (msgspec.DecodeError, RecursionError):
        return []
    return [rule for rule in rules if isinstance(rule, dict)] if isinstance(rules, list) else []


def _reserved(rules: list[dict[str, Any]], path: str) -> Words:
    """The rule of a tdmrep.json with the longest location that fits; of two as long, the one that reserves."""
    fitting = [(rule["location"], rule) for rule in rules if _fits(rule.get("location"), path)]
    if not fitting:
        return []
    _, rule = max(fitting, key=lambda one: (len(one[0]), _flag(one[1]) == "1"))
    policy = rule.get("tdm-policy")
    words = [("tdmrep.json", _flag(rule))]
    return [*words, ("tdmrep.json:tdm-policy", policy)] if isinstance(policy, str) else words


def _fits(location: object, path: str) -> bool:
    return isinstance(location, str) and fits(location, path)


def _flag(rule: dict[str, Any]) -> str:
    return str(rule.get("tdm-reservation", ""))[:20]


def _contents(body: str) -> list[rsl.Content]:
    try:
        return rsl.read(body)
    except rsl.Unread:
        return []  # the words of who named it stay evidence


def _joined(url: str | None, address: str) -> str:
    try:
        return urljoin(url or "", address)
    except ValueError:  # a broken IPv6 address
        return address


def host_of(url: str | None) -> str | None:
    """The host whose files speak about a page; None where its URL names none."""
    parts = _split(url)
    return _host(parts) if parts is not None else None


def _key(url: str) -> str:
    """An address without its scheme and fragment: sites name their own by either scheme."""
    parts = _split(url)
    return f"{_host(parts)}{parts.path or '/'}?{parts.query}" if parts is not None else url


def _split(url: str | None) -> SplitResult | None:
    try:
        return urlsplit(url) if url else None
    except ValueError:  # a broken IPv6 address
        return None


def _host(parts: SplitResult) -> str:
    host = parts.netloc.rpartition("@")[2].lower()
    return host.removesuffix(":80").removesuffix(":443")
