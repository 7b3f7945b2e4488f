"""`tokenry corpus plan`, and `build --dry-run`: what a set would take, from a measured sample of one's own data."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from pathlib import Path
from types import ModuleType
from typing import Annotated, Any

import typer

from tokenry.base.errors import TokenryError
from tokenry.base.units import nano_to_usd, usd_to_nano
from tokenry.cli import show
from tokenry.cli.corpus_room import app, room
from tokenry.cli.options import AsJson, example

SAMPLE = 400  # documents
_SURE = 10  # percent
_MORE = "A larger --sample of `tokenry corpus plan` says it better."
Json = dict[str, Any]
CoreHour = Annotated[str, typer.Option("--core-hour-usd", metavar="USD", help="What an hour of one core costs.")]
TbMonth = Annotated[str, typer.Option("--tb-month-usd", metavar="USD", help="What a terabyte kept for a month costs.")]


@app.command(
    epilog=example(
        "tokenry corpus plan recipe.toml",
        "tokenry corpus plan recipe.toml --tokens 250e9 --cores 512 --duplicates 0.4 --core-hour-usd 0.03",
    )
)
def plan(
    recipe: Annotated[Path, typer.Argument(metavar="RECIPE", help="A recipe; its inputs are sampled.")],
    tokens: Annotated[str, typer.Option("--tokens", metavar="N", help="Tokens wanted: 1e12, 250e9, 1000000.")] = "1e12",
    cores: Annotated[int, typer.Option("--cores", metavar="N", min=1, help="Cores to do it on.")] = 64,
    sample: Annotated[int, typer.Option("--sample", metavar="N", min=1, help="Documents to measure.")] = SAMPLE,
    duplicates: Annotated[
        str, typer.Option("--duplicates", metavar="SHARE", help="Of kept documents, the share that goes as copies.")
    ] = "0",
    core_hour_usd: CoreHour = "0.04",
    tb_month_usd: TbMonth = "23",
    as_json: AsJson = False,
) -> None:
    """Say what so many tokens would take, in documents, core-hours and dollars, from a sample of your own data.

    Prices are yours to give; requests and traffic between regions are not counted.
    """
    corpus = room()
    terms = corpus.Terms(
        tokens=_whole(tokens),
        cores=cores,
        duplicates_ppm=_share(duplicates),
        core_hour_nano=_nano("--core-hour-usd", core_hour_usd),
        tb_month_nano=_nano("--tb-month-usd", tb_month_usd),
    )
    tell(corpus, corpus.load_recipe(recipe), sample, terms, as_json=as_json)


def tell(corpus: ModuleType, recipe: Any, sample: int, terms: Any, *, as_json: bool) -> None:
    """Measure a sample of the recipe's inputs and say what the terms would take."""
    measured = corpus.sampled_costs(recipe, sample)
    try:
        made = corpus.plan(measured, terms)
    except ValueError as error:
        raise TokenryError(str(error)) from error
    if as_json:
        show.document(_document(measured, made))
        return
    rate = measured.documents * 10**9 / max(sum(measured.cpu_ns.values()), 1)
    show.say(
        f"Measured {show.counted(measured.documents, 'document')} of about {measured.input_documents:,}: "
        f"{measured.kept:,} kept, {measured.tokens:,} tokens, {rate:,.0f} documents a core-second.",
        f"{certainty(measured.documents, measured.kept, measured.input_documents)}",
        "",
    )
    show.table(
        ["STAGE", ">CORE TIME", ">COST"],
        [(one.stage, span(one.core_ms), cost(one.cost_nano)) for one in made.steps],
        empty="",
    )
    if any(one.stage.endswith("(2)") for one in made.steps):
        show.say("(2): once more, on what the careful extractor made of the pages that were left.")
    show.say("")
    show.pairs(
        [
            ("to read", f"{rounded(made.documents)} documents, {size(made.input_bytes)}"),
            ("", None if made.inputs_suffice else f"these inputs hold about {measured.input_documents:,} only"),
            ("kept", f"{rounded(made.kept)} documents"),
            ("tokens", rounded(made.tokens)),
            ("shards", size(made.shard_bytes)),
            ("core time", f"{span(made.core_ms)}, {cost(made.compute_nano)}"),
            (f"on {show.counted(terms.cores, 'core')}", f"{span(made.wall_ms)}, reading {speed(made.read_bits_per_s)}"),
            ("deduplication", f"{size(made.dedup_disk_bytes)} of disk, {size(made.dedup_memory_bytes)} of memory"),
            ("keeping the shards", f"{cost(made.storage_nano_month)} a month"),
        ]
    )


def certainty(documents: int, kept: int, there: int) -> str:
    """How far a sample can be trusted: twice the standard error of its share of kept documents, of that share.

    Args:
        documents: that were measured.
        kept: of them.
        there: documents in the inputs, about.
    """
    if documents >= there:
        return "These are all of them."
    if not 0 < kept < documents:
        return f"Too few to say how sure that is: all or none were kept. {_MORE}"
    percent = round(200 * ((documents - kept) / (documents * kept)) ** 0.5)
    return f"By so many, figures are right to about {percent} % either way. " + (_MORE if percent > _SURE else "")


def rounded(number: int) -> str:
    """Three figures of a large number, in words: what is foretold is known no better."""
    for name, unit in (("trillion", 10**12), ("billion", 10**9), ("million", 10**6)):
        if number >= unit:
            return f"{number / unit:.{max(0, 3 - len(str(number // unit)))}f} {name}"
    return f"{number:,}"


def span(ms: int) -> str:
    """Milliseconds as people say them."""
    for unit, long in (("h", 3_600_000), ("min", 60_000)):
        if ms >= 2 * long:
            return f"{ms / long:,.0f} {unit}" if ms >= 100 * long else f"{ms / long:.1f} {unit}"
    return f"{ms / 1000:.1f} s"


def speed(bits: int) -> str:
    """Bits a second as networks are sold."""
    return f"{bits / 1e9:.2f} Gbit/s" if bits >= 10**8 else f"{bits / 1e6:.1f} Mbit/s"


def cost(nano: int) -> str:
    """Nano-USD as dollars: whole ones from a hundred on, cents below, and less than a cent as that."""
    if nano >= 100 * 10**9:
        return f"${nano // 10**9:,}"
    if 0 < nano < 10**7:
        return "< $0.01"
    cents = nano // 10**7
    return f"${cents // 100}.{cents % 100:02d}"


def size(number: int) -> str:
    """Bytes as people say them, up to petabytes."""
    for unit, bytes_ in (("PB", 10**15), ("TB", 10**12)):
        if number >= bytes_:
            return f"{number / bytes_:,.1f} {unit}"
    return show.size(number)


def _document(measured: Any, made: Any) -> Json:
    import msgspec

    told: Json = msgspec.to_builtins(made)
    told["compute_usd"] = nano_to_usd(made.compute_nano)
    told["storage_usd_month"] = nano_to_usd(made.storage_nano_month)
    return {"sample": msgspec.to_builtins(measured), "plan": told}


def _whole(text: str) -> int:
    try:
        number = Decimal(text.replace("_", "").replace(",", ""))
        if number.is_finite() and 1 <= number <= 10**18 and number == int(number):
            return int(number)
    except InvalidOperation:
        pass
    raise TokenryError(f"--tokens: {text[:40]!r} is no whole number of tokens; write 1e12 or 250000000")


def _share(text: str) -> int:
    try:
        number = Decimal(text)
        if number.is_finite() and 0 <= number < 1:
            return int(number * 10**6)
    except InvalidOperation:
        pass
    raise TokenryError(f"--duplicates: {text[:40]!r} is no share; write 0.4 for 40 %")


def _nano(option: str, text: str) -> int:
    try:
        return usd_to_nano(text)
    except ValueError as error:
        raise TokenryError(f"{option}: {error}") from error
