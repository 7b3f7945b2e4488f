"""The reference names everything that the code offers, and nothing that it does not."""

from __future__ import annotations

from typing import Annotated

import typer

from tests.docs import surface
from tests.docs.pages import Page, page
from tests.docs.write import administration_page, cli_page


def first_cells(reference: Page) -> set[str]:
    return {row[0].strip("`") for row in reference.rows()}


def test_every_configuration_key_stands_with_its_default() -> None:
    rows = {row[0].strip("`"): row for row in page("docs/reference/configuration.md").rows()}
    keys = {key.name: key for key in surface.config_keys()}
    assert len(keys) > 40, "the configuration was not read"
    assert set(rows) == set(keys)
    for name, key in keys.items():
        told = "required" if key.default is None else f"`{key.default}`"
        assert rows[name][1] == told, f"{name}: the page says {rows[name][1]}, the code {told}"
        assert len(rows[name]) >= 3 and len(rows[name][2].split()) >= 3, f"{name} has no words"  # noqa: PT018  # one fact


def test_every_verb_stands_as_the_code_has_it() -> None:
    written = page("docs/reference/cli.md").text
    assert written == cli_page(surface.verbs()), "run `just reference`"
    for verb in surface.verbs():
        assert len(verb.help.split()) >= 3, f"tokenry {verb.words} has no words"
        for spelling, words in (*verb.arguments, *verb.options):
            assert len(words.split()) >= 2, f"tokenry {verb.words}: {spelling} has no words"


def test_every_administrative_route_stands() -> None:
    assert page("docs/reference/administration.md").text == administration_page(), "run `just reference`"


def test_a_planted_verb_is_written_with_all_it_takes() -> None:
    app, keys = typer.Typer(), typer.Typer()
    app.add_typer(keys, name="key")

    @keys.command()
    def create(
        owner: Annotated[str, typer.Argument(help="whose key")],
        name: Annotated[str, typer.Option("--name", "-n", help="what to call it")] = "",
        json: Annotated[bool, typer.Option("--json", help="for programs")] = False,
    ) -> None:
        """Make a key."""

    @app.command(hidden=True)
    def secret() -> None:
        """Not for people."""

    (verb,) = surface.verbs_of(app)
    assert verb.words == "key create"
    assert verb.switches == {"--name", "-n", "--json"}
    text = cli_page([verb])
    assert "## tokenry key create\n\nMake a key.\n" in text
    assert "| `--name, -n NAME` | what to call it |" in text
    assert "| `--json` | for programs |" in text
    assert "whose key" in text


def test_every_error_code_stands() -> None:
    codes = surface.error_codes()
    assert "insufficient_quota" in codes, "the codes were not read"
    assert first_cells(page("docs/reference/errors.md")) == codes


def test_every_metric_stands() -> None:
    assert first_cells(page("docs/reference/metrics.md")) == surface.metrics()


def test_every_route_stands() -> None:
    assert "/healthz" in surface.routes(), "the routes were not read"
    assert first_cells(page("docs/reference/api.md")) == surface.routes()


def test_every_environment_variable_stands() -> None:
    assert "TOKENRY_CACHE" in surface.variables(), "the variables were not read"
    assert first_cells(page("docs/reference/environment.md")) == surface.variables()


def test_every_header_of_our_own_stands() -> None:
    ours = {name for name in first_cells(page("docs/reference/headers.md")) if name.startswith("x-tokenry-")}
    assert ours == surface.headers()


def test_every_fixed_limit_stands_with_its_value() -> None:
    rows = {row[0].strip("`"): row[1].replace(",", "") for row in page("docs/reference/limits.md").rows()}
    assert rows == {name: str(value) for name, value in surface.limits().items()}
