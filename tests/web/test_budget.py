"""What the built pages weigh, and that they hold nothing that people need not be sent."""

from __future__ import annotations

import gzip
import json
import re
from typing import Any

import pytest

from tests.tidy.house import ROOT
from tokenry.api.web import DIST, is_built, read_bundle
from web.packing.building import Site
from web.packing.building import is_built as fresh

SHELL_AND_CHAT_MAX = 200_000  # bytes by gzip: all that a first chat needs
DIST_MAX = 2_000_000  # bytes: everything in the folder, compressed forms included
CHAT = "src/areas/chat/"
_OUTSIDE = re.compile(rb"""(?:src|href|url\(|import\(|fetch\()\s*=?\s*["']?(?:https?:)?//[a-z]""")


@pytest.fixture(scope="module")
def manifest() -> dict[str, Any]:
    """What Vite says of its chunks."""
    assert is_built(), "the pages are not built: `just web build`"
    found: dict[str, Any] = json.loads((DIST / "manifest.json").read_text(encoding="utf-8"))
    return found


def needed(manifest: dict[str, Any], *entries: str) -> set[str]:
    """The files that entries of the manifest need before they run: their own, and those of all that they import."""
    files: set[str] = set()
    seen: set[str] = set()
    left = list(entries)
    while left:
        name = left.pop()
        if name in seen:
            continue
        seen.add(name)
        chunk = manifest[name]
        files |= {chunk["file"], *chunk.get("css", ()), *chunk.get("assets", ())}
        left += chunk.get("imports", ())
    return files


def weight(files: set[str]) -> int:
    """Bytes by gzip."""
    return sum(len(gzip.compress(content(name), 9)) for name in files if not name.endswith(".woff2"))


def content(name: str) -> bytes:
    """What a file of the build holds, by its name in the manifest; most lie there compressed alone."""
    plain = DIST / name
    return plain.read_bytes() if plain.exists() else gzip.decompress(plain.with_name(plain.name + ".gz").read_bytes())


def contents(suffix: str) -> dict[str, bytes]:
    """All files with a suffix, by name."""
    names = {path.relative_to(DIST).as_posix().removesuffix(".gz") for path in DIST.rglob(f"*{suffix}*")}
    return {name: content(name) for name in names if name.endswith(suffix)}


def test_the_shell_and_the_chat_are_light(manifest: dict[str, Any]) -> None:
    pages = [name for name, chunk in manifest.items() if name.startswith(CHAT) and chunk.get("isDynamicEntry")]
    first = [name for name in pages if name.startswith((f"{CHAT}page", f"{CHAT}list"))]
    entry = next(name for name, chunk in manifest.items() if chunk.get("isEntry"))
    assert weight(needed(manifest, entry, *first)) <= SHELL_AND_CHAT_MAX


def test_everything_together_is_light() -> None:
    sizes = {path: path.stat().st_size for path in DIST.rglob("*") if path.is_file()}
    assert sum(sizes.values()) <= DIST_MAX, sorted(((n, p.name) for p, n in sizes.items()), reverse=True)[:12]


def test_there_are_no_source_maps() -> None:
    assert not list(DIST.rglob("*.map"))
    scripts = contents(".js")
    assert len(scripts) > 3, "the scripts were not read"
    assert not [name for name, text in scripts.items() if b"sourceMappingURL" in text]


def test_nothing_is_inline_and_nothing_from_elsewhere() -> None:
    page = (DIST / "index.html").read_text(encoding="utf-8")
    assert not re.search(r"<script(?![^>]*\bsrc=)", page), "an inline script"
    assert not re.search(r"<style|\sstyle=|\son\w+=", page), "an inline style or handler"
    styles = contents(".css")
    assert styles, "the styles were not read"
    assert not [name for name, text in {**styles, "index.html": page.encode()}.items() if _OUTSIDE.search(text)]


def test_every_file_that_gains_by_it_lies_there_compressed_and_only_so() -> None:
    bundle = read_bundle()
    assert bundle is not None
    for name, asset in bundle.assets.items():
        if name.endswith((".js", ".css")) and len(asset.body("identity")) > 1024:
            assert set(asset.forms) == {"br", "gzip"}, name
            assert len(asset.forms["br"]) < len(asset.body("identity"))


def test_the_licences_of_all_packages_stand_in_one_file() -> None:
    text = (DIST / "THIRD-PARTY.txt").read_text(encoding="utf-8")
    said = json.loads((ROOT / "web/package.json").read_text(encoding="utf-8"))["dependencies"]
    missing = [name for name, version in said.items() if f"{name} {version}" not in text]
    assert not missing
    assert "Permission is hereby granted" in text


def test_what_lies_there_was_built_of_the_sources_as_they_are() -> None:
    assert Site(ROOT).dist == DIST
    assert fresh(Site(ROOT)), "the pages are older than their sources: `just web build`"
