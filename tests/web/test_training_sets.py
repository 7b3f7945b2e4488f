"""Training sets in the browser: how to show the first one, what each rule took, and the report beside it."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import expect

from tests.web.harness import PHONE, House, Person, Tab
from tests.web.things import training_set


def test_a_set_from_nothing_to_its_report(visit: Callable[..., Tab], house: House, owner: Person) -> None:
    tab = visit(owner, "/admin/training-sets")
    page = tab.page
    expect(page.get_by_text("No training set is shown yet")).to_be_visible()
    expect(page.get_by_text('sets = ["/srv/sets/*"]')).to_be_visible()
    assert not tab.wrong()

    training_set(house)
    page.reload()
    page.get_by_role("link", name="tides").click()
    expect(page.get_by_role("heading", level=1, name="tides")).to_be_visible()
    rules = page.get_by_role("table", name="What each rule left").get_by_role("row")
    expect(rules).to_have_count(6)
    expect(rules.nth(2)).to_contain_text("robots.txt opt out")
    expect(rules.nth(2).get_by_role("img")).to_have_accessible_name("90% left of what was read, 6% dropped here")
    expect(page.get_by_text("kept although refused", exact=False)).to_be_visible()
    expect(page.get_by_text("signature=secret")).to_have_count(0)

    with page.expect_download() as saved:
        page.get_by_role("link", name="Download: Public summary, as PDF").click()
    assert saved.value.suggested_filename.endswith("-summary.pdf")
    with page.context.expect_page() as opened:
        page.get_by_role("link", name="Open the report").click()
    expect(opened.value).to_have_title("Summary")
    with opened.value.expect_download() as sister:
        opened.value.get_by_role("link", name="PDF").click()
    assert sister.value.suggested_filename.endswith("-summary.pdf")


def test_who_may_not_see_them_is_not_led_there(visit: Callable[..., Tab], member: Person) -> None:
    tab = visit(member, "/admin/training-sets", size=PHONE)
    expect(tab.page.get_by_text("“Training sets” is not for your role")).to_be_visible()
