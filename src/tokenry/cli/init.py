"""`tokenry init`."""

from __future__ import annotations

import os

from tokenry.base.errors import TokenryError
from tokenry.cli import places, show
from tokenry.cli.options import ConfigFile, Data, example, single

app = single()


@app.command(epilog=example("tokenry init", "tokenry init --config ./tokenry.toml"))
def init(config: ConfigFile = None, data: Data = None) -> None:
    """Write a commented configuration file, that changes nothing as it stands. A file that is there stays as it is."""
    from tokenry.config import template

    path = config.expanduser() if config is not None else places.folder(data) / places.CONFIG_NAME
    if config is None:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise TokenryError(
            f"{path} is there already and was left as it is; edit it, or name another --config"
        ) from None
    except OSError as error:
        raise TokenryError(f"cannot write {path}: {error.strerror}") from None
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(template())
    asked = "" if config is None else f" --config {path}"
    start = "tokenry serve, or tokenry reload while a server runs" if config is None else f"tokenry serve{asked}"
    show.say(f"wrote {path}", f"next: edit it, then tokenry config check{asked}, then {start}")
