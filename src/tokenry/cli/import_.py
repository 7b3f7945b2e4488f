"""`tokenry import`: litellm."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tokenry.base.errors import TokenryError
from tokenry.cli import show
from tokenry.cli.options import AsJson, example, group

if TYPE_CHECKING:
    from tokenry.config.litellm import Item, Translation

app = group("Other gateways' configurations, made into one of ours.")


@app.command(
    epilog=example(
        "tokenry import litellm config.yaml > tokenry.toml",
        "tokenry import litellm config.yaml --out ~/.tokenry/tokenry.toml",
    )
)
def litellm(
    config: Annotated[Path, typer.Argument(metavar="CONFIG", help="LiteLLM's config.yaml.")],
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", help="Write the configuration here, not to stdout.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Make a tokenry.toml of LiteLLM's config.yaml, and say what became of each setting.

    Contacts nobody. Keys that stand in the file in clear go into FILE.env, which only you can read; they are printed
    nowhere. A file that is there is left as it is.
    """
    from tokenry.config import environ
    from tokenry.config.litellm import read_tree, translate

    made = translate(read_tree(config), environ())
    kept = None
    if out is not None:
        out = out.expanduser()
        secrets = out.with_name(out.name + ".env")
        for path in (out, secrets) if made.secrets.values else (out,):
            if path.exists():
                raise TokenryError(f"{path} is there already and was left as it is; name another --out")
        if made.secrets.values:
            _write(secrets, made.secrets.file())
            kept = secrets
        _write(out, made.text)
    if as_json:
        show.document(_document(made, out, kept))
        return
    if out is None:
        sys.stdout.write(made.text)
        sys.stdout.flush()
    _tell(made, out, kept)


def _write(path: Path, text: str) -> None:
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
    except OSError as error:
        raise TokenryError(f"cannot write {path}: {error.strerror}") from None


def _document(made: Translation, out: Path | None, kept: Path | None) -> show.Json:
    def items(outcome: str) -> list[show.Json]:
        return [{"at": item.at, "words": item.words} for item in made.report.items if item.outcome == outcome]

    return {
        "config": None if out is not None else made.text,
        "config_file": None if out is None else str(out),
        "carried": items("carried"),
        "changed": items("changed"),
        "left_out": items("left out"),
        "next": _steps(made, out, kept),
        "secrets": {"file": None if kept is None else str(kept), "variables": list(made.secrets.values)},
    }


def _steps(made: Translation, out: Path | None, kept: Path | None) -> list[str]:
    names = ", ".join(made.secrets.values)
    steps = []
    if kept is not None:
        steps.append(f"{names}: moved to {kept}; load it before `tokenry serve` (systemd: EnvironmentFile={kept})")
    elif names:
        steps.append(
            f"{names}: stand in the old file in clear and were written nowhere; with --out they go into a file"
        )
    check = f"tokenry config check --config {out}" if out is not None else "tokenry config check --config FILE"
    return [*steps, check, *made.report.next_steps]


def _tell(made: Translation, out: Path | None, kept: Path | None) -> None:
    """The report; on stderr, since the configuration itself may stand on stdout."""
    lines = [] if out is None else [f"wrote {out}"]
    for outcome, title in (("carried", "Carried over"), ("changed", "Changed"), ("left out", "Left out")):
        found = [item for item in made.report.items if item.outcome == outcome]
        if found:
            lines += ["", f"{title} ({len(found)})", *map(_line, found)]
    lines += ["", "Next", *(f"  {step}" for step in _steps(made, out, kept))]
    sys.stderr.write("\n".join(lines) + "\n")


def _line(item: Item) -> str:
    return f"  {_printable(item.at)}: {_printable(item.words)}"


def _printable(text: str) -> str:
    return "".join(c if c.isprintable() else "?" for c in text)
