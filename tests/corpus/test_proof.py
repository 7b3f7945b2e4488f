"""Signed roots and proofs: what holds, and that nothing forged does, here and in the example that people are given."""

from __future__ import annotations

import copy
import json
import runpy
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from tests.corpus.pages import jsonl, recipe, sentences
from tests.corpus.test_build import silent
from tests.corpus.typed import typed
from tests.tidy.house import ROOT
from tokenry.corpus import Prover, build, checked, key_beside, key_in, public_of, sign, signed_roots
from tokenry.corpus.errors import CorpusError, RunFolderError
from tokenry.corpus.papers import NoProof
from tokenry.corpus.prove import Proof, meeting

VERIFIER = ROOT / "examples/verify_corpus_proof.py"
LETTERS = "abcdefghijklmnopqrstuvwxyz"
TEXTS = [" ".join(one + LETTERS[n // 26] + LETTERS[n % 26] for n in range(400)) for one in LETTERS[:7]]
HERE, AWAY = TEXTS[3], sentences(99)
Json = dict[str, Any]


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    base = tmp_path_factory.mktemp("proof")
    jsonl(base / "a.jsonl", TEXTS)
    build(recipe(base, "a.jsonl", dedup={"minhash": True}), workers=1, tell=silent)
    sign(base / "out", key_in(key_beside(base / "out")))
    return base / "out"


@pytest.fixture(scope="module")
def key(out: Path) -> str:
    return public_of(key_in(key_beside(out)))


@pytest.fixture(scope="module")
def prover(out: Path) -> Prover:
    return Prover(out)


@pytest.fixture(scope="module")
def main() -> Callable[..., int]:
    made: Callable[..., int] = runpy.run_path(str(VERIFIER))["main"]
    return made


def written(folder: Path, proof: object, text: str) -> tuple[str, str]:
    (folder / "proof.json").write_bytes(msgspec.json.encode(proof))
    (folder / "text.txt").write_text(text, encoding="utf-8", newline="")
    return str(folder / "proof.json"), str(folder / "text.txt")


def test_the_verifier_is_short_enough_to_be_read() -> None:
    assert len(VERIFIER.read_text(encoding="utf-8").splitlines()) <= 100


@pytest.mark.parametrize(("text", "there"), [(HERE, True), (AWAY, False), ("", False)])
def test_a_proof_holds_for_its_text_and_the_signers_key(
    text: str, there: bool, prover: Prover, key: str, main: Callable[..., int], tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip  # the fixtures are many
    proof = prover.prove(text)
    assert proof.included is there
    checked(proof, text, key)
    files = written(tmp_path, proof, text)
    assert main(*files, key) == 0
    assert f"{'IN' if there else 'NOT IN'} the set" in capsys.readouterr().out
    assert main(*files, key, proof.root.sha256) == 0
    blanks = written(tmp_path, proof, f"  {text}\r\n".replace(" ", "\n "))
    assert main(*blanks, key) == 0
    with pytest.raises(NoProof):
        checked(proof, text + " more", key)
    assert main(*written(tmp_path, proof, text + " more"), key) == 1


def test_every_end_of_the_tree_shows_absence(
    prover: Prover, key: str, main: Callable[..., int], tmp_path: Path
) -> None:
    ends = set()
    for number in range(60):
        text = f"nobody wrote {number}"
        proof = prover.prove(text)
        ends.add(tuple(leaf.index for leaf in proof.leaves))
        checked(proof, text, key)
        assert main(*written(tmp_path, proof, text), key) == 0
    assert {(0,), (6,), (2, 3)} <= ends


def changes(document: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[tuple[str | int, ...], Any]]:
    """The document with each of its values changed, one at a time, with an unknown one, and with lists turned."""
    if isinstance(document, dict):
        yield path, {**document, "more": 1}
        for name, value in document.items():
            yield path, {one: other for one, other in document.items() if one != name}
            for place, changed in changes(value, (*path, name)):
                yield place, {**document, name: changed}
    elif isinstance(document, list):
        if document != document[::-1]:
            yield path, document[::-1]
        yield path, [*document, *document[:1]] if document else [1]
        for at, value in enumerate(document):
            for place, changed in changes(value, (*path, at)):
                yield place, [*document[:at], changed, *document[at + 1 :]]
    elif isinstance(document, bool):
        yield path, not document
    elif isinstance(document, int):
        yield path, document + 1
    elif isinstance(document, str):
        yield path, ("0" if document[0] != "0" else "1") + document[1:]
        yield path, document[:-1]


@pytest.mark.parametrize("text", [HERE, AWAY])
def test_a_proof_with_any_one_value_changed_is_refused(
    text: str, prover: Prover, key: str, main: Callable[..., int], tmp_path: Path
) -> None:
    proof = msgspec.to_builtins(prover.prove(text))
    tried = 0
    for path, forged in changes(json.loads(json.dumps(proof))):
        tried += 1
        assert main(*written(tmp_path, forged, text), key) == 1, path
        with pytest.raises((NoProof, msgspec.ValidationError)):
            checked(msgspec.convert(forged, Proof), text, key)
    assert tried > 40


def test_another_root_and_another_key_are_refused(
    prover: Prover, key: str, main: Callable[..., int], tmp_path: Path
) -> None:
    jsonl(tmp_path / "b.jsonl", TEXTS[:3])
    build(recipe(tmp_path, "b.jsonl", dedup={"minhash": True}), workers=1, tell=silent)
    forger = key_in(tmp_path / "forger.pem")
    sign(tmp_path / "out", forger)
    theirs = Prover(tmp_path / "out").prove(HERE)
    assert not theirs.included
    files = written(tmp_path, theirs, HERE)
    assert main(*files, public_of(forger)) == 0
    assert main(*files, key) == 1
    assert main(*files, public_of(forger), prover.root.sha256) == 1
    mixed = msgspec.structs.replace(theirs, root=prover.root)
    assert main(*written(tmp_path, mixed, HERE), key) == 1
    for one in (theirs, mixed):
        with pytest.raises(NoProof):
            checked(one, HERE, key)


def test_capitals_do_not_change_an_order(prover: Prover, key: str, main: Callable[..., int], tmp_path: Path) -> None:
    for text in TEXTS:
        proof = msgspec.to_builtins(prover.prove(text))
        forged = copy.deepcopy(proof)
        forged["included"] = False
        forged["leaves"][0]["entry"] = forged["leaves"][0]["entry"].upper()
        assert main(*written(tmp_path, forged, text), key) == 1


def test_near_copies_meet_in_bands_and_others_in_none(prover: Prover) -> None:
    near = HERE.replace("dah ", "else ")
    answer = prover.answer(near)
    assert not answer.proof.included
    assert [row["url"] for row in answer.near][:1] == ["u3"]
    assert answer.bands is not None
    assert meeting(answer.bands, near, prover.root) == max(row["bands"] for row in answer.near) > 0
    other = prover.answer("It is another story which nobody here has told so far, in other words than theirs.")
    assert (other.near, other.places) == ([], [])
    assert other.bands is not None
    with pytest.raises(NoProof):
        meeting(other.bands, near, prover.root)
    assert prover.answer("too short").bands is None
    assert [row["url"] for row in prover.answer(HERE).places] == ["u3"]


def test_a_root_is_signed_once_and_the_log_only_grows(out: Path, tmp_path: Path) -> None:
    shutil.copytree(out, tmp_path / "out")
    mine, other = key_in(key_beside(out)), key_in(tmp_path / "other.pem")
    first = sign(tmp_path / "out", mine)
    assert signed_roots(tmp_path / "out") == [first]
    log = tmp_path / "out/roots.jsonl"
    with log.open("ab") as file:
        file.write(b'{"torn')
    second = sign(tmp_path / "out", other)
    assert signed_roots(tmp_path / "out") == [first, second]
    assert (second.statement.number, second.statement.before) == (2, first.sha256)
    lines = log.read_bytes().splitlines(keepends=True)
    for forged in (
        lines[1:],
        lines[::-1],
        [lines[0], lines[0]],
        [lines[0].replace(b'"size":7', b'"size":8'), lines[1]],
    ):
        log.write_bytes(b"".join(forged))
        with pytest.raises(RunFolderError, match=r"roots\.jsonl:[12] "):
            signed_roots(tmp_path / "out")
    log.write_bytes(b"{}\n")
    with pytest.raises(RunFolderError, match="no signed root"):
        Prover(tmp_path / "out")


def test_a_key_is_its_owners_alone(tmp_path: Path) -> None:
    key_in(tmp_path / "k.pem")
    assert (tmp_path / "k.pem").stat().st_mode & 0o777 == 0o600
    assert public_of(key_in(tmp_path / "k.pem")) == public_of(key_in(tmp_path / "k.pem"))
    (tmp_path / "k.pem").chmod(0o644)
    with pytest.raises(RunFolderError, match="others than its owner"):
        key_in(tmp_path / "k.pem")
    (tmp_path / "none.pem").write_text("no key")
    (tmp_path / "none.pem").chmod(0o600)
    with pytest.raises(RunFolderError, match="no private key"):
        key_in(tmp_path / "none.pem")
    assert key_beside(tmp_path / "out").parent == tmp_path


def test_what_cannot_be_proved_says_why(out: Path, tmp_path: Path) -> None:
    shutil.copytree(out, tmp_path / "out")
    (tmp_path / "out/roots.jsonl").unlink()
    with pytest.raises(RunFolderError, match="is not signed"):
        Prover(tmp_path / "out")
    shutil.copy(out / "roots.jsonl", tmp_path / "out")
    manifest = tmp_path / "out/manifest.json"
    manifest.write_bytes(manifest.read_bytes() + b" ")
    with pytest.raises(RunFolderError, match="is not the one that was signed last"):
        Prover(tmp_path / "out")


def test_verbs(out: Path, key: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, main: Callable[..., int],
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip  # the fixtures are many
    (tmp_path / "t.txt").write_text(AWAY)
    assert typed(monkeypatch, "prove", tmp_path / "t.txt", "--in", out, "--write", tmp_path / "p.json") == 0
    said = capsys.readouterr().out
    assert "NOT in the set" in said
    assert "NOT proved:" in said
    assert main(str(tmp_path / "p.json"), str(tmp_path / "t.txt"), key) == 0
    capsys.readouterr()
    (tmp_path / "t.txt").write_text("Quite other words than those of any harbour, and so no key of it can meet.")
    assert typed(monkeypatch, "prove", tmp_path / "t.txt", "--in", out, "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["included"], told["near"]["says"]) == (False, "no band collision at this recall")
    assert len(told["near"]["leaves"]) == 14
    assert len(told["not_proved"]) == 5
    assert typed(monkeypatch, "roots", out, "--export", tmp_path / "root.json") == 0
    said = capsys.readouterr().out
    assert key in said
    assert signed_roots(out)[0].sha256 in said.split()  # whole, so that it can be copied
    assert (tmp_path / "root.json").read_bytes() + b"\n" == (out / "roots.jsonl").read_bytes()
    assert typed(monkeypatch, "sign", out) == 0
    assert "Nothing has changed since this root was signed" in capsys.readouterr().out
    assert typed(monkeypatch, "sign", out, "--json") == 0
    assert json.loads(capsys.readouterr().out)["statement"]["number"] == 1
    (tmp_path / "t.txt").write_bytes(b"\xff\xfe")
    assert typed(monkeypatch, "prove", tmp_path / "t.txt", "--in", out) == 1
    assert "no text in UTF-8" in capsys.readouterr().err


def test_a_text_is_read_with_care(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match="No such file"):
        __import__("tokenry.corpus").corpus.text_in(tmp_path / "none")
