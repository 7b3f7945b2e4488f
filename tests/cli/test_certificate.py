"""`tokenry certificate`: listed, shown, exported, verified, signed anew, and with another key; no server runs."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest

from tests.cli.conftest import Tokenry
from tests.programmes.certificates.made import living, spend
from tokenry.storage import prepare


@pytest.fixture
def issued(tokenry: Tokenry, data: Path) -> Tokenry:
    """A data folder with two certificates in it."""

    async def reach() -> None:
        async with living(prepare(data)) as (house, _, recognition):
            await spend(house, 5000)
            assert await recognition.look() == 2

    asyncio.run(reach())
    return tokenry


def test_listed_shown_exported_verified_and_signed_anew(issued: Tokenry, tmp_path: Path) -> None:
    first, second = issued("certificate", "list", "--json").json["certificates"]
    assert [first["threshold_tokens"], second["threshold_tokens"]] == [5000, 1000]
    assert max(map(len, issued("certificate", "list").out.splitlines())) <= 80
    shown = issued("certificate", "show", first["id"]).out
    assert "It is genuine" in shown
    assert first["fingerprint"] in shown
    for form, begins in (("pdf", b"%PDF"), ("svg", b"<?xml"), ("json", b"{")):
        path = tmp_path / f"c.{form}"
        issued("certificate", "export", first["id"], "--format", form, "--output", str(path))
        assert path.read_bytes().startswith(begins)
    assert issued("certificate", "export", first["id"], "--format", "png").code == 1
    good = issued("certificate", "verify", str(tmp_path / "c.json"))
    assert (good.code, "It is genuine" in good.out) == (0, True)
    forged = tmp_path / "forged.json"
    forged.write_text((tmp_path / "c.json").read_text().replace("5000", "9000"))
    bad = issued("certificate", "verify", str(forged), "--json")
    assert (bad.code, bad.json["genuine"], bad.json["statement"]["threshold_tokens"]) == (1, False, 9000)
    assert issued("certificate", "verify", str(tmp_path / "nothing.json")).code == 1
    key = first["key_id"]
    assert issued("certificate", "rotate-key", "--json").json["key_id"] != key
    again = issued("certificate", "reissue", first["id"], "--name", "東京大学").out
    assert again == f"{first['id']} is edition 2, for 東京大学.\n"
    told = issued("certificate", "show", first["id"])
    assert "東京大学" in told.out
    assert "milestones.font_files" in told.err
    old = issued("certificate", "verify", str(tmp_path / "c.json"))
    assert (old.code, "edition 2" in old.out) == (0, True)
    assert issued("certificate", "keys").json["keys"][0]["kid"] == key
    types = [row["type"] for row in json.loads(issued("audit", "list", "--json").out)["rows"]]
    assert {"certificate.issued", "certificate.reissued", "certificate_key.rotated"} <= set(types)
