"""The reference names everything that the code offers, and nothing that it does not."""

from __future__ import annotations

import re

from tests.docs import surface
from tests.docs.pages import Page, page


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


def test_every_verb_stands_with_its_options() -> None:
    sections = page("docs/reference/cli.md").sections()
    written = {heading.removeprefix("tokenry ") for heading in sections if heading.startswith("tokenry ")}
    if not surface.cli_is_built():
        assert not written, "the page describes verbs that do not exist"
        return
    assert written == {verb.words for verb in surface.verbs()}
    for verb in surface.verbs():
        section = sections[f"tokenry {verb.words}"]
        told = {option for option in verb.options if re.search(rf"`{option}\b", section)}
        missing = set(verb.options) - told
        assert not missing, f"tokenry {verb.words}: {', '.join(sorted(missing))} stand nowhere"


def test_every_error_code_stands() -> None:
    codes = surface.error_codes()
    assert "insufficient_quota" in codes, "the codes were not read"
    assert first_cells(page("docs/reference/errors.md")) == codes


def test_every_metric_stands() -> None:
    assert first_cells(page("docs/reference/metrics.md")) == surface.metrics()


def test_every_environment_variable_stands() -> None:
    assert "TOKENRY_CACHE" in surface.variables(), "the variables were not read"
    assert surface.variables() <= first_cells(page("docs/reference/environment.md"))


def test_every_header_of_our_own_stands() -> None:
    ours = {name for name in first_cells(page("docs/reference/headers.md")) if name.startswith("x-tokenry-")}
    assert ours == surface.headers()


def test_every_fixed_limit_stands_with_its_value() -> None:
    rows = {row[0].strip("`"): row[1].replace(",", "") for row in page("docs/reference/limits.md").rows()}
    assert rows == {name: str(value) for name, value in surface.limits().items()}
