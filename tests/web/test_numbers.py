"""The dashboard as people use it: figures that a request makes, charts that keys walk through, names that stay text."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import expect

from tests.web.harness import House, Person, Tab
from tests.web.things import asked

Visit = Callable[..., Tab]
HOSTILE = '<img src=x onerror="window.hit=1">'


def test_what_was_asked_stands_in_charts_tables_and_receipts(visit: Visit, house: House, owner: Person) -> None:
    project = owner.post("/v1/organization/projects", name=HOSTILE)["id"]
    chat = owner.post("/v1/tokenry/chats", title="Tides", project_id=house.project)["id"]
    asked(owner, chat, "Why is there spring tide?")
    page = visit(owner, "/admin/dashboard?by=project").page
    chart = page.get_by_role("slider").first
    chart.focus()
    page.keyboard.press("End")
    said = chart.get_attribute("aria-valuetext")
    page.keyboard.press("ArrowLeft")
    assert said != chart.get_attribute("aria-valuetext"), "each key says another day"
    page.get_by_role("button", name="Show as a table").first.click()
    expect(page.get_by_role("region", name="Over time").get_by_role("table")).to_be_visible()
    page.get_by_role("link", name="Receipts", exact=True).last.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Receipts")
    page.get_by_role("table").get_by_role("link").first.click()
    expect(page.get_by_role("heading", name="What it cost")).to_be_visible()
    expect(page.get_by_text("Prompt seen by")).to_be_visible()
    page = visit(owner, f"/admin/audit?project={project}").page
    expect(page.get_by_text("Chain verified")).to_be_visible()
    expect(page.get_by_role("cell", name=HOSTILE)).to_be_visible()
    assert page.evaluate("() => window.hit ?? null") is None


def test_a_member_sees_their_own(visit: Visit, house: House, member: Person) -> None:
    chat = member.post("/v1/tokenry/chats", title="Mine", project_id=house.project)["id"]
    asked(member, chat, "Hello")
    page = visit(member, "/me/usage").page
    expect(page.get_by_role("heading", level=1)).to_have_text("Your usage")
    expect(page.get_by_text("Most used")).to_be_visible()
    page.get_by_role("link", name="Your receipts").click()
    expect(page.get_by_role("table").get_by_role("link")).to_have_count(1)
    expect(page.get_by_role("link", name="Audit log")).to_have_count(0)


def test_the_house_says_how_it_is_and_proves_its_books(visit: Visit, owner: Person) -> None:
    page = visit(owner, "/admin/health").page
    expect(page.get_by_text("No backup is known of.")).to_be_visible()
    page.get_by_role("button", name="Prove the books").click()
    expect(page.get_by_text("The books are sound")).to_be_visible(timeout=20_000)
