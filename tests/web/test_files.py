"""Files on the page: put beside a message, cited, opened where they stand; too many, unreadable, without a session."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from playwright.sync_api import expect

from tests.reading import documents as made
from tests.web.harness import PHONE, House, Person, Tab

Visit = Callable[..., Tab]
RULES = made.pdf("Budgets end at midnight.", "Awards pay for tokens.", "Certificates are signed.")


def named(name: str, content: bytes) -> Any:
    """A file as one chooses it."""
    return {"name": name, "mimeType": "application/octet-stream", "buffer": content}


def choose(tab: Tab, *files: Any) -> None:
    """Choose files, as the button would."""
    tab.page.locator("form input[type=file]").set_input_files(list(files))


def test_a_citation_opens_the_passage_in_its_file(visit: Visit, member: Person) -> None:
    tab = visit(member, "/")
    page = tab.page
    choose(tab, named("rules.pdf", RULES))
    expect(page.get_by_role("list", name="Attached files")).to_contain_text("808 B" if len(RULES) == 808 else "kB")
    page.get_by_role("textbox").fill("Who pays? [[text=Awards do [2].]]")
    page.keyboard.press("Enter")
    cite = page.get_by_role("button", name="Source 2: rules.pdf").first
    cite.focus()
    page.keyboard.press("Enter")
    panel = page.get_by_role("dialog", name="rules.pdf")
    expect(panel.locator("mark")).to_contain_text("Awards pay for tokens.")
    expect(panel).to_contain_text("page 2")
    expect(panel).to_contain_text("Budgets end at midnight.")
    assert not tab.settled().wrong()
    panel.get_by_role("button", name="Source 3").click()
    expect(panel.locator("mark")).to_contain_text("Certificates are signed.")
    with page.expect_download() as saving:
        panel.get_by_role("link", name="Save the file").click()
    assert saving.value.suggested_filename == "rules.pdf"
    assert not tab.colours("dark").resize(PHONE).wrong()
    page.keyboard.press("Escape")
    expect(panel).to_have_count(0)
    expect(cite).to_be_focused()


def test_sources_are_listed_though_the_model_names_none(visit: Visit, member: Person) -> None:
    tab = visit(member, "/")
    choose(tab, named("note.md", b"# Rest\n\nNobody works on Sundays."))
    tab.page.get_by_role("textbox").fill("When? [[text=Never.]]")
    tab.page.get_by_role("button", name="Send").click()
    expect(tab.page.get_by_role("region", name="Sources")).to_contain_text("note.md")


def test_three_hundred_files_are_twenty_and_words(visit: Visit, member: Person) -> None:
    tab = visit(member, "/")
    choose(tab, *(named(f"{at}.txt", b"words") for at in range(300)))
    chips = tab.page.get_by_role("list", name="Attached files").get_by_role("listitem")
    expect(chips).to_have_count(20)
    expect(tab.page.get_by_role("alert")).to_contain_text("280 more were left out")
    expect(tab.page.get_by_role("status").filter(has_text="All 20 files are ready")).to_be_attached(timeout=30_000)
    assert not tab.settled().wrong()


def test_a_file_that_cannot_be_read_says_why_and_holds_the_message_back(visit: Visit, member: Person) -> None:
    tab = visit(member, "/")
    choose(tab, named("broken.pdf", b"%PDF-1.7 broken"))
    tab.page.get_by_role("textbox").fill("What is in it?")
    expect(tab.page.get_by_role("alert")).to_contain_text("this PDF is damaged")
    send = tab.page.get_by_role("button", name="Send")
    expect(send).to_be_disabled()
    assert not tab.settled().wrong()
    tab.page.get_by_role("button", name="Take broken.pdf away").click()
    expect(send).to_be_enabled()
    expect(tab.page.get_by_role("textbox")).to_be_focused()


def test_a_session_that_ended_loses_no_file(visit: Visit, house: House) -> None:
    person = house.invite("Liv")
    tab = visit(person, "/")
    person.delete("/v1/tokenry/me/sessions")
    choose(tab, named("kept.txt", b"Still chosen."))
    expect(tab.page.get_by_role("alert").filter(has_text="Your file is still chosen")).to_be_visible()
    tab.complaints = [words for words in tab.complaints if "401" not in words]
    tab.context.clear_cookies()
    tab.context.add_cookies(person.sign_in().cookies())  # type: ignore[arg-type] # its own kind of dict
    tab.page.get_by_role("button", name="Try kept.txt again").click()
    expect(tab.page.get_by_role("list", name="Attached files")).to_contain_text("13 B")


def test_files_of_a_folder_are_added_and_taken_away(visit: Visit, member: Person) -> None:
    folder = member.post("/v1/tokenry/folders", name="law")["id"]
    tab = visit(member, f"/folders/{folder}")
    page = tab.page
    page.locator("main input[type=file]").set_input_files([named("law.txt", b"The quorum is seven.")])
    row = page.get_by_role("listitem").filter(has_text="law.txt").filter(has=page.get_by_label("Delete law.txt"))
    expect(row).to_contain_text("20 B")
    assert not tab.settled().wrong()
    page.get_by_role("button", name="Delete law.txt").click()
    page.get_by_role("button", name="Delete", exact=True).click()
    expect(page.get_by_text("No files yet")).to_be_visible()
