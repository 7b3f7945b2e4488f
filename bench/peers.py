"""Other gateways beside ours in `bench.gateway`: started by a command line of yours, in front of the same mock.

    NAME=COMMAND
    NAME,path=/openai/v1,model=openai/{model},key=sk-x=COMMAND

In COMMAND these are filled in: `{port}` to listen on, `{upstream}` (the mock's base URL, with /v1), `{upstream_root}`
(without), `{folder}` (an empty one) and `{file:PATH}`: a copy of the file at PATH with the same words filled in, for
gateways that read a configuration. `path` is where the OpenAI API begins (/v1), `model` how the mock's `{model}` is
called there, `ready` a path that answers once it serves (/).
docs/internals/benches.md holds a working line for each gateway that we have tried.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.targets import Target, free_port, running, weighed

OPTIONS = ("path", "model", "key", "ready")
FILE = re.compile(r"\{file:([^}]+)\}")


@contextmanager
def peer(folder: Path, mock: Target, spec: str) -> Iterator[Target]:
    """Start another gateway.

    Raises:
        SystemExit: the words before the command are not understood, or the gateway does not answer.
    """
    name, options, line = parse(spec)
    home, port = folder / name, free_port()
    home.mkdir()
    words = {"port": str(port), "upstream": mock.base_url, "folder": str(home)}
    words["upstream_root"] = mock.base_url.removesuffix("/v1")

    def copied(found: re.Match[str]) -> str:
        source = Path(found[1])
        (home / source.name).write_text(fill(source.read_text(), words))
        return str(home / source.name)

    command = shlex.split(fill(FILE.sub(copied, line), words))
    url = f"http://127.0.0.1:{port}"
    with running(command, folder / f"{name}.log", url + options.get("ready", "/")) as (process, ready_s):
        base = url + options.get("path", "/v1")
        named = options.get("model", "{model}")
        yield weighed(Target(name, base, options.get("key", "sk-none"), process.pid, ready_s, model=named))


def parse(spec: str) -> tuple[str, dict[str, str], str]:
    """The name, the options and the command of a `--peer`."""
    head = re.match(r"(?P<name>[\w.-]+)(?P<options>(?:,[a-z]+=[^,=]*)*)=(?P<line>.+)", spec, re.DOTALL)
    if head is None:
        raise SystemExit(f"--peer {spec!r}: write NAME=COMMAND or NAME,path=/v1=COMMAND")
    options = dict(part.split("=", 1) for part in head["options"].split(",") if part)
    for option in options:
        if option not in OPTIONS:
            raise SystemExit(f"--peer {head['name']}: no option {option!r}; there are {', '.join(OPTIONS)}")
    return head["name"], options, head["line"]


def fill(text: str, words: dict[str, str]) -> str:
    """`{port}` and its like filled in; other braces stay as they are."""
    return re.sub(r"\{(\w+)\}", lambda found: words.get(found[1], found[0]), text)
