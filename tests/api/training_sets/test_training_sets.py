"""Training sets over HTTP: what they say, what of them can be fetched, and that nothing else can."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.api.organization.stand import Stand
from tests.sets.made import KEPT, PAGE, READ, TOKENS, build, hash_of
from tokenry.sets import REPORT_FILES

pytestmark = pytest.mark.anyio

ALL = "/v1/tokenry/training_sets"


async def told(stand: Stand, path: str = ALL, role: str = "auditor") -> dict[str, Any]:
    answer = await stand.ask("GET", path, stand.ours.keys[role])
    assert answer.status_code == 200, answer.text
    assert str(stand.house.data_dir.parent) not in answer.text, "no path of this machine"
    found: dict[str, Any] = answer.json()
    return found


async def tides(stand: Stand) -> dict[str, Any]:
    (one,) = [one for one in (await told(stand))["data"] if one["name"] == "tides"]
    return await told(stand, f"{ALL}/{one['id']}")


async def test_a_list_of_them(stand: Stand) -> None:
    found = {one["name"]: one for one in (await told(stand))["data"]}
    assert {name: one["state"] for name, one in found.items()} == {
        "tides": "finished", "begun": "unfinished", "spoilt": "unreadable",
    }  # fmt: skip
    one = found["tides"]
    assert (one["documents_read"], one["documents_kept"], one["documents_dropped"]) == (READ, KEPT, READ - KEPT)
    assert (one["tokens"], one["shards"], one["preset"], one["tokenizer"]) == (TOKENS, 2, "fineweb", "o200k_base")
    assert (one["signature"], one["report"]) == ("good", "current")
    assert one["finished_at"] > 1_700_000_000
    assert found["spoilt"]["fault"].startswith("manifest.json is not what `tokenry corpus` writes")
    assert found["begun"]["tokens"] is None
    first = await told(stand, f"{ALL}?limit=2")
    rest = await told(stand, f"{ALL}?limit=2&after={first['last_id']}")
    assert [one["id"] for one in first["data"] + rest["data"]] == [one["id"] for one in found.values()]


async def test_one_of_them(stand: Stand) -> None:
    one = (await tides(stand))["details"]
    assert [step["left"] for step in one["funnel"]][-1] == KEPT
    assert one["opt_outs"] == {
        "honoured": True,
        "protocols": ["robots.txt", "tdm-reservation"],
        "dropped": {"robots.txt": 60, "tdm-reservation": 20},
        "kept_although_refused": {"meta-robots": 3},
    }
    assert [shard["files"][0]["sha256"] for shard in one["shards"]] == [hash_of("0bin"), hash_of("1bin")]
    assert (one["shard_files"], one["shard_count"], one["input_count"]) == ("there", 2, 2)
    assert one["inputs"][1]["name"] == "https://data.example.org/letters.jsonl.gz", "without its signature"
    assert (one["roots"]["documents"]["size"], one["roots"]["number"]) == (KEPT, 1)
    assert [share["name"] for share in one["content"]["languages"]] == ["en", "nl"]
    assert one["content"]["open_fields"] == 2
    assert {file["name"] for file in one["report_files"]} == set(REPORT_FILES)


async def test_one_without_details(stand: Stand) -> None:
    for one in (await told(stand))["data"]:
        if one["state"] != "finished":
            assert (await told(stand, f"{ALL}/{one['id']}"))["details"] is None


async def test_long_lists_are_cut_and_counted(stand: Stand, sets: Path) -> None:
    shard = {"documents": 1, "tokens": 1, "files": []}
    build(sets / "tides", shards=[{"name": str(at), **shard} for at in range(600)])
    one = (await tides(stand))["details"]
    assert (len(one["shards"]), one["shard_count"]) == (500, 600)
    assert one["content"] is not None, "of the set as it was"
    assert {step["tokens_left"] for step in one["funnel"]} == {None}, "but nothing of it passes for the set's own"


async def test_files_of_a_report(stand: Stand) -> None:
    media = {
        "index.html": "text/html; charset=utf-8", "summary.pdf": "application/pdf", "summary.json": "application/json",
        "croissant.json": "application/ld+json", "spdx.json": "application/ld+json",
        "sha256sums.txt": "text/plain; charset=utf-8",
    }  # fmt: skip
    for file in (await tides(stand))["details"]["report_files"]:
        answer = await stand.ask("GET", file["path"], stand.ours.keys["auditor"])
        assert answer.status_code == 200, answer.text
        assert answer.headers["content-type"] == media[file["name"]]
        assert int(answer.headers["content-length"]) == len(answer.content) == file["bytes"]
        assert answer.headers["x-content-type-options"] == "nosniff"
        policy = answer.headers["content-security-policy"]
        assert "sandbox" in policy
        assert "default-src 'none'" in policy
        assert "script" not in policy
        assert ("content-disposition" in answer.headers) == (file["name"] != "index.html")
    page = await stand.ask("GET", file["path"].replace("sha256sums.txt", "index.html"), stand.ours.keys["owner"])
    assert page.text == PAGE


async def test_no_other_file_can_be_asked_for(stand: Stand, sets: Path) -> None:
    set_id = (await tides(stand))["id"]
    (sets / "tides" / "report" / "notes.txt").write_text("nobody's")
    for name in ("notes.txt", "..%2fmanifest.json", "../manifest.json", "%2e%2e/manifest.json", "", "index.html/"):
        answer = await stand.ask("GET", f"{ALL}/{set_id}/report/{name}", stand.ours.keys["owner"])
        assert answer.status_code in {404, 307}, f"{name}: {answer.status_code}"
        assert "nobody's" not in answer.text
    (sets / "tides" / "report" / "summary.pdf").unlink()
    gone = await stand.ask("GET", f"{ALL}/{set_id}/report/summary.pdf", stand.ours.keys["owner"])
    assert gone.status_code == 404
    assert "tokenry corpus report" in gone.json()["error"]["message"]
    (sets / "tides" / "report" / "summary.pdf").symlink_to(sets / "tides" / "manifest.json")
    link = await stand.ask("GET", f"{ALL}/{set_id}/report/summary.pdf", stand.ours.keys["owner"])
    assert (link.status_code, link.json()["error"]["code"]) == (409, "conflict")


async def test_a_reload_puts_other_sets_in_force(stand: Stand, sets: Path) -> None:
    path = stand.house.data_dir / "tokenry.toml"
    path.write_text(path.read_text().replace(json.dumps(f"{sets}/*"), json.dumps(f"{sets}/t*")))
    await stand.serving.reload()
    assert [one["name"] for one in (await told(stand))["data"]] == ["tides"]
