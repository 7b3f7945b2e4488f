"""Options that several verbs share, and the words their help is made of."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from typer.core import TyperGroup

Data = Annotated[
    Path | None, typer.Option("--data", metavar="DIR", help="The data folder; ~/.tokenry unless said otherwise.")
]
ConfigFile = Annotated[
    Path | None,
    typer.Option(
        "--config", metavar="FILE", help="The configuration; tokenry.toml in the data folder if there is one."
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document instead.")]


def group(what: str) -> typer.Typer:
    """A verb with verbs of its own, be it only one."""
    made = typer.Typer(add_completion=False)

    @made.callback(help=what, no_args_is_help=True)
    def _only_a_group() -> None:
        pass

    return made


def group_with(default: str, what: str) -> typer.Typer:
    """A verb with verbs of its own, one of which is meant when none is named: `backup DIR` is `backup make DIR`."""

    class WithDefault(TyperGroup):
        """Puts the default's name where no other stands."""

        def parse_args(self, ctx: typer.Context, args: list[str]) -> list[str]:  # type: ignore[override]  # typer's own
            if not args or (args[0] not in self.commands and args[0] not in {"--help", "-h"}):
                args = [default, *args]
            return super().parse_args(ctx, args)

    made = typer.Typer(add_completion=False, cls=WithDefault)

    @made.callback(help=what)
    def _only_a_group() -> None:
        pass

    return made


def single() -> typer.Typer:
    """A verb that is one command."""
    return typer.Typer(add_completion=False)


def example(*lines: str) -> str:
    """The end of a verb's help: command lines to copy."""
    return "\n\n".join(["[bold]For example[/bold]", *(f"  {line}" for line in lines)])


def names(text: str | None) -> list[str] | None:
    """`a,b` as a list; None stays None."""
    return None if text is None else [name for name in (part.strip() for part in text.split(",")) if name]


def given(**values: object) -> dict[str, object]:
    """The arguments that were given."""
    return {name: value for name, value in values.items() if value is not None}
