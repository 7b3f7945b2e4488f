"""`tokenry serve`."""

from __future__ import annotations

from typing import Annotated

import typer

from tokenry.cli import places
from tokenry.cli.options import ConfigFile, Data, example, single

app = single()


@app.command(
    epilog=example(
        "tokenry serve",
        "tokenry serve --host 0.0.0.0 --port 8080 --data /srv/tokenry --config tokenry.toml",
    )
)
def serve(
    host: Annotated[str | None, typer.Option("--host", help="Address to listen on; 127.0.0.1 if nobody says.")] = None,
    port: Annotated[
        int | None, typer.Option("--port", min=0, max=65_535, help="Port; 8080 if nobody says, 0 = any free one.")
    ] = None,
    data: Data = None,
    config: ConfigFile = None,
    confirm_prices: Annotated[
        bool, typer.Option("--confirm-prices", help="Take prices that rose a hundredfold: they are meant.")
    ] = False,
    log_format: Annotated[
        str | None, typer.Option("--log-format", help="auto, console or json; what [log] says if nobody says.")
    ] = None,
) -> None:
    """Start the gateway; it says `ready http://HOST:PORT` once it answers.

    SIGTERM or Ctrl-C lets running requests finish and ends it; SIGHUP reads the configuration again.
    """
    from tokenry.app import ServeOptions, serve

    if log_format not in (None, "auto", "console", "json"):
        raise typer.BadParameter("--log-format is auto, console or json")
    options = ServeOptions(
        host=host,
        port=port,
        data_dir=places.folder(data),
        config_path=places.config_path(data, config),
        confirm_prices=confirm_prices,
        log_format=log_format,
    )
    raise typer.Exit(serve(options))
