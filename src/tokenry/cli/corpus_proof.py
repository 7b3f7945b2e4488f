"""`tokenry corpus sign`, `roots`, `prove`, `diff` and `withdraw`: what a set shows to those who trust nobody's word."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from tokenry.base.errors import TokenryError
from tokenry.cli import corpus_diff, show
from tokenry.cli.corpus_room import app, room
from tokenry.cli.options import AsJson, example

Folder = Annotated[Path, typer.Argument(metavar="DIR", help="A run's output folder.")]
Json = dict[str, Any]
_MARK = "  - "


@app.command(epilog=example("tokenry corpus sign out", "tokenry corpus sign out --key ours.pem"))
def sign(
    folder: Folder,
    key: Annotated[
        Path | None,
        typer.Option("--key", metavar="FILE", help="An Ed25519 key in PEM; DIR.key.pem otherwise, made once."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Sign a finished set: its manifest's sha256 and the roots of its trees, in roots.jsonl.

    Lines are only ever added there, and each names the one before.
    """
    corpus = room()
    before = {root.sha256 for root in corpus.signed_roots(folder)}
    root = corpus.sign(folder, corpus.key_of(folder, key))
    if as_json:
        show.document(_told(root))
        return
    _tell_root(root)
    if root.sha256 in before:
        show.say("", "Nothing has changed since this root was signed; no line was added.")
    else:
        show.say("", f"Signed with {key or corpus.key_beside(folder)}: keep that file to yourself; publish `key`.")


@app.command(epilog=example("tokenry corpus roots out", "tokenry corpus roots out --export root.json"))
def roots(
    folder: Folder,
    export: Annotated[
        Path | None,
        typer.Option("--export", metavar="FILE", help="Write the newest root, the bytes to be time-stamped."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Check the log of signed roots, and list it.

    Each root names the one before: an outside time-stamp of the newest holds for all of them.
    """
    signed = room().signed_roots(folder)
    if export is not None:
        if not signed:
            raise TokenryError(f"{folder} has no signed root: `tokenry corpus sign {folder}` first")
        _write(export, signed[-1].line)
    if as_json:
        show.document({"roots": [_told(root) for root in signed]})
        return
    if not signed:
        show.say("No root is signed.")
    for at, root in enumerate(signed):  # whole, to be copied: a table would cut the hashes
        if at:
            show.say("")
        _tell_root(root)


@app.command(epilog=example("tokenry corpus prove letter.txt --in out --write proof.json"))
def prove(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A text in UTF-8.")],
    inside: Annotated[Path, typer.Option("--in", metavar="DIR", help="A signed set.")],
    write: Annotated[
        Path | None,
        typer.Option("--write", metavar="PROOF", help="Write the proof, for verify_corpus_proof.py."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Prove that a text is in a set, or that it is not: its digest, after NFC and with white space made one blank.

    Near copies are looked for by the set's committed MinHash keys; that none meets is no proof that there is none.
    """
    import msgspec

    corpus = room()
    answer = corpus.Prover(inside).answer(corpus.text_in(file))
    proof = msgspec.to_builtins(answer.proof)
    if write is not None:
        _write(write, msgspec.json.format(msgspec.json.encode(proof, order="sorted")) + b"\n")
    if as_json:
        near = {
            "says": _near(answer, corpus.NEAR),
            "collisions": answer.near,
            "leaves": msgspec.to_builtins(answer.bands),
        }
        told = {"included": answer.proof.included, "places": answer.places, "near": near}
        show.document({**told, "proof": proof, "not_proved": list(corpus.NOT_PROVED)})
        return
    _tell(answer, corpus)


@app.command(epilog=example("tokenry corpus diff monday tuesday"))
def diff(
    one: Annotated[Path, typer.Argument(metavar="A", help="A run's output folder.")],
    other: Annotated[Path, typer.Argument(metavar="B", help="Another run's output folder.")],
    as_json: AsJson = False,
) -> None:
    """Say how two sets differ: recipe and versions, inputs, what rules dropped, texts. Exit code 1 when they do."""
    found = room().difference(one, other)
    if as_json:
        show.document(found)
    else:
        corpus_diff.tell(found)
    raise typer.Exit(0 if found["same"] else 1)


@app.command(
    epilog=example("tokenry corpus withdraw out c-17", "tokenry corpus withdraw out c-17 c-18 --rebuild-withdrawn")
)
def withdraw(
    folder: Folder,
    consents: Annotated[
        list[str] | None, typer.Argument(metavar="[CONSENT]...", help="Ids of consents that were withdrawn.")
    ] = None,
    rebuild: Annotated[
        bool, typer.Option("--rebuild-withdrawn", help="Do it: write the shards anew, sign, and prove absence.")
    ] = False,
    base: Annotated[
        Path, typer.Option("--base", metavar="DIR", help="The recipe's folder, if its tokenizer is a file there.")
    ] = Path(),
    key: Annotated[Path | None, typer.Option("--key", metavar="FILE", help="The key that signs, as for sign.")] = None,
    as_json: AsJson = False,
) -> None:
    """List the shards that hold texts of withdrawn consents; with --rebuild-withdrawn, take these texts out.

    A rebuild that was broken off is finished by the next one, which may name no consent.
    """
    import msgspec

    corpus = room()
    if not rebuild:
        if not consents:
            raise TokenryError("name the consents that were withdrawn")
        plan = corpus.affected(folder, consents)
        _tell_withdrawn(plan, [], as_json, rebuilt=False)
        return
    plan = corpus.rebuild(folder, consents or [], base)
    corpus.sign(folder, corpus.key_of(folder, key))
    prover = corpus.Prover(folder)
    digests = sorted({row["digest"] for row in plan["documents"]})
    proofs = [msgspec.to_builtins(prover.prove_digest(bytes.fromhex(digest))) for digest in digests]
    _tell_withdrawn(plan, proofs, as_json, rebuilt=True)
    raise typer.Exit(1 if any(proof["included"] for proof in proofs) else 0)


def _tell(answer: Any, corpus: Any) -> None:
    said = "IN the set" if answer.proof.included else "NOT in the set"
    statement = answer.proof.root.statement
    show.say(f"The text is {said}: exactly this text, white space apart.", "")
    show.pairs(
        [
            ("digest", answer.proof.digest),
            ("root", f"{statement.documents.root} of {show.counted(statement.documents.size, 'text')}"),
            ("signed as", f"number {statement.number}, by the key {statement.key}"),
            ("near copies beside it" if answer.proof.included else "near copies", _near(answer, corpus.NEAR)),
        ]
    )
    for row in answer.places:
        show.say("", f"in shard {row['shard']}, row {row['row']}: {row['url'] or row['source']}")
    for row in answer.near[:20]:
        show.say("", f"meets in {show.counted(row['bands'], 'band')}: {row['url'] or row['source']} ({row['id']})")
    show.say("", "NOT proved:")
    for words in corpus.NOT_PROVED:
        show.say(*show.hanging(_MARK, words, len(_MARK)))


def _tell_withdrawn(plan: Json, proofs: list[Json], as_json: bool, *, rebuilt: bool) -> None:
    if as_json:
        show.document({**plan, "proofs": proofs})
        return
    rows = [(row["url"], row["shard"], row["row"], row["id"]) for row in plan["documents"]]
    show.table(["CONSENT", "SHARD", ">ROW", "DOCUMENT"], rows, empty="No document in a shard is of these consents.")
    held = f"{show.counted(len(rows), 'document')} in {show.counted(len(plan['shards']), 'shard')}"
    shards = ", ".join(plan["shards"]) or "none"
    if not rebuilt:
        show.say("", f"Shards to rebuild: {shards}.")
        if rows:
            show.say("Nothing was changed. To take the texts out, the same with --rebuild-withdrawn.")
        return
    show.say("", f"Taken out: {held}; written anew: {shards}.")
    for proof in proofs:
        if proof["included"]:
            show.say(f"STILL THERE: the text {proof['digest']} is also in another document, under another name.")
        else:
            show.say(f"absent: {proof['digest']}, under the signed root {proof['root']['statement']['number']}")
    show.say(
        "",
        "Not undone: models that were trained on it before; copies of the set; backups of this folder; files that",
        "the set was made from, such as the one that a hand-over wrote: remove it. Reports of the set tell of it as",
        "it was: write them again with `tokenry corpus report`.",
    )


def _near(answer: Any, none: str) -> str:
    if answer.bands is None:
        return "not looked for: the set has no band keys, or the text has fewer than five words"
    return f"{show.counted(len(answer.near), 'document')} in the same band" if answer.near else none


def _tell_root(root: Any) -> None:
    show.pairs(
        [
            ("number", str(root.statement.number)),
            ("manifest", root.statement.manifest),
            ("root", f"{root.statement.documents.root} of {show.counted(root.statement.documents.size, 'text')}"),
            ("key", root.statement.key),
            ("sha256", root.sha256),
        ]
    )


def _told(root: Any) -> Json:
    import msgspec

    return {**msgspec.to_builtins(root), "sha256": root.sha256}


def _write(path: Path, text: bytes) -> None:
    try:
        path.write_bytes(text)
    except OSError as error:
        raise TokenryError(f"{path}: {error.strerror}") from error
