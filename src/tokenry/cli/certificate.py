"""`tokenry certificate`: list, show, export, verify, reissue, keys, rotate-key."""

from __future__ import annotations

import sys
from base64 import b64decode
from pathlib import Path
from typing import Annotated

import typer

from tokenry.base.errors import TokenryError
from tokenry.cli import show as shown
from tokenry.cli.client import ask
from tokenry.cli.options import AsJson, Data, example, given, group

app = group("Certificates of milestones: signed once each, to hang up, and for anybody to verify.")

Which = Annotated[str, typer.Argument(metavar="CERTIFICATE", help="Its id.")]
FORMATS = ("pdf", "svg", "json")
_SIZE_MAX = 64 * 1024


@app.command("list", epilog=example("tokenry certificate list", "tokenry certificate list --json"))
def listing(data: Data = None, as_json: AsJson = False) -> None:
    """List certificates, the largest milestone first."""
    answer = ask(data, "certificate list", {})
    if as_json:
        shown.document(answer)
        return
    shown.table(
        ["*ORGANIZATION", ">TOKENS", "REACHED", "*CERTIFICATE"],
        [
            (one["organization"], shown.count(one["threshold_tokens"]), shown.day(one["reached_at"]), one["id"])
            for one in answer["certificates"]
        ],
        empty="There are no certificates yet; the first comes with an organization's first milestone.",
    )


@app.command(epilog=example("tokenry certificate show cert_01kdx3c8v2h5m7q9r1s3t5v7w9"))
def show(certificate: Which, data: Data = None, as_json: AsJson = False) -> None:
    """Show what a certificate says, and whether that holds."""
    answer = ask(data, "certificate show", {"certificate": certificate})
    if as_json:
        shown.document(answer)
        return
    edition = f", edition {answer['edition']}" if answer["edition"] > 1 else ""
    shown.pairs(
        [
            ("certificate", f"{answer['id']}{edition}"),
            ("organization", answer["organization"]),
            ("tokens", shown.count(answer["threshold_tokens"])),
            ("reached", answer["reached_at"]),
            ("issued", f"{answer['issued_at']} by {answer['issuer']}"),
            ("key", answer["key_id"]),
            ("signature", answer["fingerprint"]),
            (
                "verify at",
                answer["verify_url"] or f"{answer['verify_path']} (set server.public_url for a whole address)",
            ),
        ]
    )
    shown.say("", answer["words"])
    if answer["undrawable"]:
        shown.note(f"no font at hand writes {answer['undrawable']!r}; name one in milestones.font_files")


@app.command(
    epilog=example(
        "tokenry certificate export cert_01kdx3c8v2h5m7q9r1s3t5v7w9 --output trillion.pdf",
        "tokenry certificate export cert_01kdx3c8v2h5m7q9r1s3t5v7w9 --format json --output certificate.json",
    )
)
def export(
    certificate: Which,
    form: Annotated[str, typer.Option("--format", help="pdf or svg (to hang up), or json (to verify).")] = "pdf",
    output: Annotated[Path | None, typer.Option("--output", help="A file to write; stdout if absent.")] = None,
    data: Data = None,
) -> None:
    """Write a certificate for a wall, a web page or a program."""
    if form not in FORMATS:
        raise TokenryError(f"--format is one of {', '.join(FORMATS)}, not {form[:20]!r}")
    content = b64decode(ask(data, "certificate export", {"certificate": certificate, "format": form})["base64"])
    if output is None:
        sys.stdout.buffer.write(content)
        return
    try:
        output.write_bytes(content)
    except OSError as error:
        raise TokenryError(f"cannot write {output}: {error.strerror}") from None


@app.command(epilog=example("tokenry certificate verify certificate.json"))
def verify(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A certificate as JSON.")],
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Say whether a certificate is one of this installation's; exit code 1 when it is not."""
    try:
        with file.open("rb") as opened:
            text = opened.read(_SIZE_MAX).decode(errors="replace")
    except OSError as error:
        raise TokenryError(f"cannot read {file}: {error.strerror}") from None
    answer = ask(data, "certificate verify", {"text": text})
    if as_json:
        shown.document(answer)
    else:
        shown.say(answer["words"])
    raise typer.Exit(0 if answer["genuine"] else 1)


@app.command(
    epilog=example('tokenry certificate reissue cert_01kdx3c8v2h5m7q9r1s3t5v7w9 --name "Institute for Proteins"')
)
def reissue(
    certificate: Which,
    name: Annotated[
        str | None, typer.Option("--name", help="The name to stand on it; the organization's own if absent.")
    ] = None,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Sign a certificate anew: under another name, or with another key. Its address stays."""
    answer = ask(data, "certificate reissue", given(certificate=certificate, name=name))
    if as_json:
        shown.document(answer)
    else:
        shown.say(f"{answer['id']} is edition {answer['edition']}, for {answer['organization']}.")


@app.command(epilog=example("tokenry certificate keys > keys.json"))
def keys(data: Data = None, as_json: AsJson = False) -> None:
    """Print the public keys that certificates verify with, as a JSON Web Key Set."""
    del as_json  # there is no other form
    shown.document(ask(data, "certificate keys", {}))


@app.command("rotate-key", epilog=example("tokenry certificate rotate-key"))
def rotate_key(data: Data = None, as_json: AsJson = False) -> None:
    """Sign with a new key from now on. What the old one signed verifies as before."""
    answer = ask(data, "certificate rotate-key", {})
    if as_json:
        shown.document(answer)
    else:
        shown.say(f"From now on certificates are signed with the key {answer['key_id']}.")
