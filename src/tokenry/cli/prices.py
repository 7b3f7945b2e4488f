"""`tokenry prices`: show, list, history, margin, replay, rerate."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tokenry.base.errors import TokenryError
from tokenry.cli import show
from tokenry.cli.client import ask
from tokenry.cli.options import AsJson, ConfigFile, Data, example, given, group

if TYPE_CHECKING:
    from tokenry.cli.repricing import Scenario
    from tokenry.ledger import Basis, Hardware, Span

app = group("Prices. They stand in tokenry.toml; a change there is a new version of the price book.")

PriceFile = Annotated[
    Path | None, typer.Option("--prices", metavar="FILE", help="Under this price list (TOML; see the docs).")
]
Provider = Annotated[
    str | None, typer.Option("--provider", help="All at this provider, at the costs in tokenry.toml for its models.")
]
Own = Annotated[bool, typer.Option("--own-hardware", help="On machines of your own, by the numbers below.")]
Gpus = Annotated[int, typer.Option("--gpus", min=1, max=1_000_000, help="How many GPUs serve together.")]
Hourly = Annotated[str, typer.Option("--usd-per-gpu-hour", help="What one GPU costs in an hour.")]
Speed = Annotated[str | None, typer.Option("--tokens-per-s", help="Tokens all GPUs together write in a second.")]
Reading = Annotated[
    str | None, typer.Option("--input-tokens-per-s", help="Tokens they read in a second; as --tokens-per-s if absent.")
]
Watts = Annotated[str, typer.Option("--watts", help="Power of one GPU at work, with its part of the rest.")]
Energy = Annotated[str, typer.Option("--usd-per-kwh", help="What energy costs.")]
Measured = Annotated[str, typer.Option("--wh-per-million", help="Energy of a million tokens, where it was measured.")]
Load = Annotated[str, typer.Option("--load", help="The part of the paid time in which they work: 0.4.")]
Against = Annotated[
    str | None,
    typer.Option("--against", help="Beside what was charged (charge) or what it cost the house (cost)."),
]
Names = Annotated[
    list[str] | None,
    typer.Option("--model", metavar="OURS=THEIRS", help="Price OURS as the list's or provider's model THEIRS."),
]
Public = Annotated[bool, typer.Option("--public", help="The list of public prices that ships with this release.")]
MarginGroups = Annotated[str, typer.Option("--by", help="model, project or organization.")]
RerateSince = Annotated[str, typer.Option("--since", help="7d, 24h, or a day or time like 2026-11-01 (UTC).")]
OneModel = Annotated[str | None, typer.Option("--model", help="Only this model's requests.")]
Version = Annotated[
    str | None, typer.Option("--version", help="By this version of the price book; by the one in force if absent.")
]
RightPrices = Annotated[
    Path | None, typer.Option("--prices", metavar="FILE", help="By this price list (TOML; see the docs).")
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Show the sum and change nothing.")]
Confirm = Annotated[bool, typer.Option("--confirm", help="Make the transfers.")]
Since = Annotated[str | None, typer.Option("--since", help="7d, 24h, or a day like 2026-11-01 (UTC).")]
Until = Annotated[str | None, typer.Option("--until", help="Up to, not including; now if absent.")]


@app.command("show", epilog=example("tokenry prices show"))
def showing(data: Data = None, as_json: AsJson = False) -> None:
    """Show the prices in force, in dollars per million tokens, with all their meters, tiers and sizes."""
    from tokenry.cli import pricebook

    answer = ask(data, "prices show", {})
    if as_json:
        show.document(answer)
    else:
        pricebook.tell_version(answer)


@app.command("list", epilog=example("tokenry prices list --public", "tokenry prices list"))
def listing(public: Public = False, data: Data = None, as_json: AsJson = False) -> None:
    """List the prices in force, or with --public what well-known providers ask, with day and source."""
    from tokenry.cli import pricebook

    if not public:
        showing(data, as_json)
        return
    listed = pricebook.public_list()
    if as_json:
        show.document(listed)
    else:
        pricebook.tell_public(listed)


@app.command("history", epilog=example("tokenry prices history", "tokenry prices history --json"))
def history(data: Data = None, as_json: AsJson = False) -> None:
    """List the versions of the price book, those announced too, the newest first."""
    answer = ask(data, "prices history", {})
    if as_json:
        show.document(answer)
        return
    show.table(
        ["*VERSION", "EFFECTIVE FROM", "STATUS", "*CHANGED"],
        [
            (one["id"], one["effective_from"], one["status"].replace("_", " "), ", ".join(one["changed"]) or "nothing")
            for one in answer["versions"]
        ],
        empty="There is no price yet; prices stand in tokenry.toml, beside their models.",
    )


@app.command("margin", epilog=example("tokenry prices margin --since 30d", "tokenry prices margin --by project --json"))
def margin(
    by: MarginGroups = "model",
    since: Since = None,
    until: Until = None,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Say what was charged, what it cost, and what is left, by model, project or organization."""
    from tokenry.cli import pricebook

    answer = ask(data, "prices margin", {"by": by, **given(since=since, until=until)})
    if as_json:
        show.document(answer)
    else:
        pricebook.tell_margins(answer)


@app.command(
    "rerate",
    epilog=example(
        "tokenry prices rerate --since 2026-11-01 --until 2026-11-03 --dry-run",
        "tokenry prices rerate --since 2026-11-01 --until 2026-11-03 --confirm",
        "tokenry prices rerate --since 7d --model gpt-oss-20b --prices right.toml --confirm",
    ),
)
def rerate(
    since: RerateSince,
    until: Until = None,
    model: OneModel = None,
    version: Version = None,
    prices: RightPrices = None,
    dry_run: DryRun = False,
    confirm: Confirm = False,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Put right what past requests were charged, by new transfers. Without --confirm the sum is shown, and no more."""
    from tokenry.cli import pricebook

    if dry_run and confirm:
        raise typer.BadParameter("say one of --dry-run and --confirm")
    if version is not None and prices is not None:
        raise typer.BadParameter("say one of --version and --prices")
    args = given(since=since, until=until, model=model, version=version)
    if prices is not None:
        args["prices"] = pricebook.list_text(prices)
    answer = pricebook.rerate(data, args, confirm=confirm)
    if as_json:
        show.document(answer)
    else:
        pricebook.tell_rerated(answer)
    if not (confirm or dry_run) and answer["total"]["requests"]:
        raise TokenryError("nothing was changed: look at the sum above, then run the same again with --confirm")


@app.command(
    "replay",
    epilog=example(
        "tokenry prices replay --prices next-year.toml --since 30d",
        "tokenry prices replay --provider openai --json",
        "tokenry prices replay --own-hardware --gpus 8 --usd-per-gpu-hour 2.10 --tokens-per-s 9000",
    ),
)
def replay(
    prices: PriceFile = None,
    provider: Provider = None,
    own_hardware: Own = False,
    gpus: Gpus = 1,
    usd_per_gpu_hour: Hourly = "0",
    tokens_per_s: Speed = None,
    input_tokens_per_s: Reading = None,
    watts: Watts = "0",
    usd_per_kwh: Energy = "0",
    wh_per_million: Measured = "0",
    load: Load = "1",
    model: Names = None,
    against: Against = None,
    since: Since = None,
    until: Until = None,
    config: ConfigFile = None,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Say what past usage would come to under other prices, at another provider, or on hardware of your own."""
    from tokenry.cli import repricing

    basis = _basis(against, prices)
    names = _names(model or [])
    made: list[Scenario] = []
    if prices is not None:
        made.append(repricing.of_list(prices, basis, names))
    if provider is not None:
        made.append(repricing.of_provider(provider, data, config, names))
    if own_hardware:
        words = (tokens_per_s, input_tokens_per_s, usd_per_gpu_hour, watts, usd_per_kwh, wh_per_million, load)
        made.append(repricing.of_hardware(_machines(gpus, words)))
    if len(made) != 1:
        raise typer.BadParameter("say one of --prices FILE, --provider NAME and --own-hardware")
    found = repricing.replay(data, _span(since, until), made[0], basis)
    if as_json:
        show.document(repricing.document(found, made[0]))
    else:
        repricing.tell(found, made[0])


def _basis(against: str | None, prices: Path | None) -> Basis:
    if against not in {None, "charge", "cost"}:
        raise typer.BadParameter("--against is charge or cost")
    if against is None:
        return "cost" if prices is None else "charge"
    return "charge" if against == "charge" else "cost"


def _names(words: list[str]) -> dict[str, str]:
    names = {}
    for one in words:
        ours, sign, theirs = one.partition("=")
        if not (ours and sign and theirs):
            raise typer.BadParameter(f"--model {one[:60]}: write it like gpt-oss-20b=gpt-4o-mini")
        names[ours] = theirs
    return names


def _machines(gpus: int, words: tuple[str | None, ...]) -> Hardware:
    """The hardware that seven options describe. Raises TokenryError."""
    from tokenry.ledger import Hardware

    output, reading, hourly, watts, kwh, measured, load = (_number(word) for word in words)
    if output is None:
        raise typer.BadParameter("--own-hardware needs --tokens-per-s: how many tokens the machines write in a second")
    return Hardware(
        input_per_s=reading or output,
        output_per_s=output,
        gpus=gpus,
        usd_per_gpu_hour=hourly or Fraction(0),
        watts=watts or Fraction(0),
        usd_per_kwh=kwh or Fraction(0),
        wh_per_million=measured or Fraction(0),
        load=Fraction(1) if load is None else load,
    )


def _number(word: str | None) -> Fraction | None:
    """An exact number, as people write decimals. Raises TokenryError."""
    if word is None:
        return None
    try:
        if len(word) > 30 or not set(word) <= set("0123456789."):
            raise ValueError
        return Fraction(word)
    except ValueError:
        raise TokenryError(f"{word[:40]!r} is no number; write it like 2.10") from None


def _span(since: str | None, until: str | None) -> Span:
    from tokenry.api.admin import Who, wanted
    from tokenry.base.clock import SystemClock

    return wanted(given(since=since, until=until), Who(None, None), SystemClock().now_ns())[1]
