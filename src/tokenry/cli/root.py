"""The root of the command line: which verbs there are, how they are found, and how it ends when something is wrong.

What a verb refuses is one line on stderr, `error: …`, and exit code 1; a line that was typed wrong is exit code 2. A
traceback is a bug of ours.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from importlib import import_module
from importlib.util import find_spec
from keyword import iskeyword
from typing import Annotated, Any, NoReturn

import typer
from typer.core import TyperGroup
from typer.main import get_command

from tokenry import __version__
from tokenry.base.errors import TokenryError
from tokenry.cli.front import VERBS, page

# What needs no data folder, and so no locks, no admin socket, no signals.
ANYWHERE = frozenset({"init", "config", "import"})


class Root(TyperGroup):
    """`tokenry` itself: finds verbs by name and imports only the one that is meant."""

    def list_commands(self, ctx: typer.Context) -> list[str]:  # type: ignore[override]  # typer hands its own subclass
        """The verbs, in the order in which they are shown."""
        return list(VERBS)

    def get_command(self, ctx: typer.Context, cmd_name: str) -> Any:  # type: ignore[override]  # as above
        """The verb of this name, imported now; None when there is none."""
        if cmd_name not in VERBS:
            return None
        if cmd_name not in ANYWHERE and find_spec("fcntl") is None:
            raise TokenryError(
                f"`tokenry {cmd_name}` needs Linux or macOS; on Windows use WSL 2 or a container. "
                f"Here work: {', '.join(sorted(ANYWHERE))}"
            )
        if cmd_name not in self.commands:
            file = f"{cmd_name}_" if iskeyword(cmd_name) else cmd_name.replace("-", "_")
            command = get_command(import_module(f"tokenry.cli.{file}").app)
            command.name = cmd_name
            self.commands[cmd_name] = command
        return self.commands[cmd_name]

    def resolve_command(self, ctx: typer.Context, args: list[str]) -> Any:  # type: ignore[override]  # as above
        """The verb that was typed; one that does not exist is answered with the nearest that does."""
        if args[0] not in VERBS and not args[0].startswith("-"):
            from difflib import get_close_matches

            near = get_close_matches(args[0], VERBS, n=1)
            ctx.fail(f"there is no verb {args[0]!r}" + (f"; did you mean {near[0]!r}?" if near else ""))
        return super().resolve_command(ctx, args)

    def format_help(self, ctx: typer.Context, formatter: Any) -> None:  # type: ignore[override]  # as above
        """The front page. Typer's own drawing would import every verb for its one line."""
        typer.echo(page(colour=sys.stdout.isatty()), nl=False)

    def main(self, args: Sequence[str] | None = None, prog_name: str | None = None, **extra: Any) -> NoReturn:  # type: ignore[override]  # its other parameters pass through
        """Run one command line and end the process with its exit code."""
        extra["standalone_mode"] = False
        try:
            code = super().main(args=args, prog_name=prog_name or "tokenry", **extra)
            sys.stdout.flush()
        except typer.TyperException as error:
            _complain(error)
            sys.exit(error.exit_code)
        except typer.Abort:
            sys.exit(130)
        except TokenryError as error:
            say_error(error.message)
            sys.exit(1)
        except BrokenPipeError:
            # Whoever read our output has had enough (`| head`); Python must not complain about it at its end either.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            sys.exit(1)
        except OSError as error:
            say_error(f"{error.filename or 'the system'}: {error.strerror or error}")
            sys.exit(1)
        sys.exit(code if isinstance(code, int) else 0)


def say_error(message: str) -> None:
    """One `error: …` line on stderr for each line of the message."""
    for line in message.splitlines() or [""]:
        print(f"error: {line}", file=sys.stderr)  # noqa: T201 - this is where the command line speaks


def _complain(error: typer.TyperException) -> None:
    message = " ".join(error.format_message().split())
    if not message:  # a verb without its arguments: its help was printed
        return
    context = getattr(error, "ctx", None)
    more = f" (see {context.command_path} --help)" if context is not None else ""
    say_error(message[0].lower() + message[1:].rstrip(".") + more)


app = typer.Typer(
    name="tokenry",
    cls=Root,
    add_completion=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    context_settings={"help_option_names": ["--help", "-h"]},
)


@app.callback(invoke_without_command=True)
def root(
    context: typer.Context,
    version: Annotated[bool, typer.Option("--version", help="Print the version and end.", is_eager=True)] = False,
) -> None:
    """Award, meter and stand behind AI tokens: an OpenAI-compatible gateway with a receipt for every token."""
    if version:
        typer.echo(f"tokenry {__version__}")
        raise typer.Exit
    if context.invoked_subcommand is None:
        typer.echo(page(colour=sys.stdout.isatty()), nl=False)


def run() -> None:
    """The `tokenry` command, whatever was typed."""
    get_command(app).main()
