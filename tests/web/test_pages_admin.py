"""The pages of the rooms to run the house from, opened as `test_pages` does: a file of their own, for another core."""

from __future__ import annotations

import pytest

from tests.web.harness import House, Tab
from tests.web.pages import patterns, wrong_with


@pytest.mark.parametrize("pattern", [pattern for pattern in patterns() if pattern.startswith("/admin/")])
def test_a_page_is_whole_quiet_and_usable(tour: Tab, house: House, pattern: str) -> None:
    assert not wrong_with(tour, house, pattern)
