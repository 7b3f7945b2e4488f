"""A certificate is verified by the stand-alone script and by the house; whatever is changed in it is refused."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from random import Random
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from tests.programmes.certificates.made import living, register, rows, spend
from tests.tidy.house import ROOT
from tokenry.access import local_actor
from tokenry.api.admin import Rooms
from tokenry.programmes.certificates import Certificate, check, document, key_set, spoken_day
from tokenry.programmes.certificates.keys import SigningKey
from tokenry.storage import StorageError, tables

pytestmark = pytest.mark.anyio

SCRIPT = ROOT / "examples" / "verify_certificate.py"


def test_the_script_is_short_and_needs_one_package() -> None:
    text = SCRIPT.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 60
    imported = {line.split()[1].partition(".")[0] for line in text.splitlines() if line.startswith(("import", "from"))}
    assert imported - set(sys.stdlib_module_names) == {"cryptography"}


def by_script(folder: Path, text: str, keys: Any) -> subprocess.CompletedProcess[str]:
    (folder / "c.json").write_text(text, encoding="utf-8")
    (folder / "k.json").write_text(json.dumps(keys), encoding="utf-8")
    command = [sys.executable, "-I", str(SCRIPT), str(folder / "c.json"), str(folder / "k.json")]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)


async def issued(rooms: Rooms, house: Any, recognition: Any) -> Certificate:
    await spend(house, 1000)
    assert await recognition.look() == 1
    return register(rooms).listing()[0]


def forgeries(certificate: Certificate) -> dict[str, str]:
    """The same certificate with something changed in it, in every place."""
    whole = json.loads(document(certificate))
    found = {}
    for name, value in whole["statement"].items():
        changed = value + 1 if isinstance(value, int) else value[:-1] + ("a" if value[-1] != "a" else "b")
        found[f"{name} changed"] = json.dumps(whole | {"statement": whole["statement"] | {name: changed}})
        left = {key: one for key, one in whole["statement"].items() if key != name}
        found[f"{name} left out"] = json.dumps(whole | {"statement": left})
    signature = whole["signature"]
    other = SigningKey(Ed25519PrivateKey.generate())
    found["another signature"] = json.dumps(whole | {"signature": other.sign(certificate.statement)})
    found["a letter of the signature"] = json.dumps(
        whole | {"signature": ("A" if signature[0] != "A" else "B") + signature[1:]}
    )
    found["signature cut"] = json.dumps(whole | {"signature": signature[:40]})
    found["no signature"] = json.dumps({"statement": whole["statement"]})
    found["signature empty"] = json.dumps(whole | {"signature": ""})
    found["a member more"] = json.dumps(whole | {"statement": whole["statement"] | {"also": "this"}})
    claimed = whole["statement"] | {"key_id": other.id}
    found["another key"] = json.dumps(whole | {"statement": claimed})
    text = document(certificate)
    found |= {f"cut at {n}": text[:n] for n in (0, 1, len(text) // 3, len(text) // 2, len(text) - 3)}
    return found | {"a list": "[]", "null": "null", "a number": "7", "deep": "[" * 5000}


async def test_the_script_says_genuine_and_refuses_every_forgery(tmp_path: Path) -> None:
    async with living(tmp_path) as (house, rooms, recognition):
        certificate = await issued(rooms, house, recognition)
        keys = key_set(register(rooms).keys.public())
        good = by_script(tmp_path, document(certificate), keys)
        assert (good.returncode, good.stderr) == (0, "")
        assert "default has processed 1,000 tokens" in good.stdout
        some = ("threshold_tokens changed", "organization changed", "another signature", "another key", "signature cut")
        for name in (*some, "no signature", f"cut at {len(document(certificate)) // 2}", "deep"):
            bad = by_script(tmp_path, forgeries(certificate)[name], keys)
            assert (name, bad.returncode) == (name, 1), bad.stderr
            assert bad.stdout.startswith("FORGED or no certificate: ")
            assert len(bad.stdout) > len("FORGED or no certificate: ") + 5
        others = {"keys": [key | {"x": SigningKey(Ed25519PrivateKey.generate()).public} for key in keys["keys"]]}
        assert by_script(tmp_path, document(certificate), others).returncode == 1


async def test_the_house_and_the_rule_of_the_script_agree_on_every_forgery(tmp_path: Path) -> None:
    verify = _rule()
    async with living(tmp_path) as (house, rooms, recognition):
        certificate = await issued(rooms, house, recognition)
        keys = key_set(register(rooms).keys.public())
        assert check(register(rooms), document(certificate)).genuine
        assert verify(json.loads(document(certificate)), keys)["id"] == certificate.statement.id
        made = forgeries(certificate)
        assert len(made) > 35
        for name, text in made.items():
            checked = check(register(rooms), text)
            assert not checked.genuine, name
            assert checked.words.endswith((".", "`")), name
            with pytest.raises(Exception):  # noqa: B017, PT011 - whatever it is, it is not taken for genuine
                verify(json.loads(text), keys)


@pytest.mark.parametrize("member", ["organization", "threshold_tokens", "statement", "signature"])
async def test_what_is_said_twice_is_refused_since_readers_differ_in_which_they_believe(
    tmp_path: Path, member: str
) -> None:
    async with living(tmp_path) as (house, rooms, recognition):
        text = document(await issued(rooms, house, recognition))
        twice = text.replace(f'"{member}": ', f'"{member}": "Somebody else", "{member}": ', 1)
        checked = check(register(rooms), twice)
        assert not checked.genuine
        assert checked.certificate is None


@pytest.mark.parametrize("at", ["", "x", "0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59", "2026-11-22", "🎓"])
def test_a_time_that_is_none_is_shown_in_words(at: str) -> None:
    assert spoken_day(at) == "a day that cannot be read"
    assert spoken_day("2026-11-22T23:59:59.999Z") == "22 November 2026"


async def test_whatever_is_made_of_a_certificate_is_refused_and_never_a_fault(tmp_path: Path) -> None:
    chance = Random(20261122)
    async with living(tmp_path) as (house, rooms, recognition):
        certificate = await issued(rooms, house, recognition)
        whole = document(certificate)
        pieces = [
            '"',
            "{",
            "}",
            "[",
            "]",
            ":",
            ",",
            "null",
            "-1",
            "1e9",
            "\\u0000",
            "\ud800",
            "é",
            "0" * 99,
            " ",
            whole,
        ]
        for _ in range(1500):
            text = whole
            for _ in range(chance.randint(1, 4)):
                at, end = sorted(chance.randrange(len(text) + 1) for _ in range(2))
                text = text[:at] + chance.choice(pieces) + text[end if chance.random() < 0.3 else at :]
            checked = check(register(rooms), text)
            if checked.genuine:  # a blank between two members changes nothing
                assert json.loads(text) == json.loads(whole)


def _rule() -> Any:
    names: dict[str, Any] = {"__name__": "verify_certificate"}
    exec(compile(SCRIPT.read_text(encoding="utf-8"), str(SCRIPT), "exec"), names)
    return names["verify"]


async def test_what_an_old_key_signed_verifies_after_it_was_changed_for_another(tmp_path: Path) -> None:
    async with living(tmp_path) as (house, rooms, recognition):
        first = await issued(rooms, house, recognition)
        us = local_actor(house.first.organization.id)
        fresh = register(rooms).rotate_key(us)
        assert fresh != first.statement.key_id
        await spend(house, 5000)
        await recognition.look()
        second = register(rooms).listing()[0]
        assert second.statement.key_id == fresh
        keys = register(rooms).keys.public()
        assert [key.retired_at is None for key in keys] == [False, True]
        for one in (first, second):
            assert check(register(rooms), document(one)).genuine
            assert by_script(tmp_path, document(one), key_set(keys)).returncode == 0
        old = check(register(rooms), document(register(rooms).reissue(us, first.statement.id, "Example Centre", "X")))
        assert old.certificate is not None
        assert old.certificate.statement.key_id == fresh
        assert "issued anew since, as edition 2, for X" in check(register(rooms), document(first)).words
        assert [row.type for row in rows(house, tables.audit)].count("certificate_key.rotated") == 1


async def test_the_private_key_is_ours_alone_and_the_public_one_on_record_whatever_was_cut(tmp_path: Path) -> None:
    async with living(tmp_path) as (house, rooms, _):
        key = register(rooms).keys.current()
        file = tmp_path / "certificates.pem"
        assert file.stat().st_mode & 0o777 == 0o600
        with house.desk.db.write() as connection:
            connection.execute(tables.certificate_keys.delete())  # as if killed between the file and the row
        assert register(rooms).keys.current().id == key.id
        assert [one.id for one in register(rooms).keys.public()] == [key.id]
        assert b"PRIVATE" not in b"".join(repr(row).encode() for row in rows(house, tables.certificate_keys))


async def test_a_key_file_of_the_configuration_signs_and_is_not_ours_to_change(tmp_path: Path) -> None:
    private = Ed25519PrivateKey.generate()
    file = tmp_path / "own.pem"
    file.write_bytes(private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    async with living(tmp_path, f'[milestones]\nthresholds = [1000]\nkey_file = "{file}"\n') as (house, rooms, again):
        certificate = await issued(rooms, house, again)
        assert certificate.statement.key_id == SigningKey(private).id
        assert not (tmp_path / "certificates.pem").exists()
        with pytest.raises(StorageError, match=r"milestones\.key_file"):
            register(rooms).rotate_key(local_actor(house.first.organization.id))
        for content in (b"", b"no key", _rsa()):
            file.write_bytes(content)
            with pytest.raises(StorageError, match=r"own\.pem"):
                register(rooms).keys.current()
        file.unlink()
        with pytest.raises(StorageError, match="cannot read"):
            register(rooms).keys.current()


def _rsa() -> bytes:
    key = generate_private_key(65537, 2048)
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
