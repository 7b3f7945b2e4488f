"""An award from the call to its certificate, all of it in browsers: an officer, an applicant and a reviewer.

And what happens when two of them act at once, when a form cannot be saved, and when a key is pressed.
"""

from __future__ import annotations

import re
from collections.abc import Callable

import httpx2
import pytest
from playwright.sync_api import Page, expect

from tests.e2e.harness.server import until
from tests.web.harness import CONFIGURATION, PHONE, House, Person, Tab

Visit = Callable[..., Tab]
CONFIG = CONFIGURATION + "\n[milestones]\nthresholds = [40]\n"  # tokens: reached by the first request
TIDES = {
    "abstract": "We ask a model about ten thousand tides.", "method": "Zero-shot.", "estimate": "A pilot.",
    "field": "Oceans", "personal_data": False,
}  # fmt: skip


def press(page: Page, name: str) -> None:
    """A button of the page, or of the dialog that is open."""
    within = page.get_by_role("dialog") if page.get_by_role("dialog").count() else page
    within.get_by_role("button", name=name, exact=True).first.click()


@pytest.fixture(scope="module")
def officer(house: House) -> Person:
    return house.invite("Lin", "officer", in_project=False)


@pytest.fixture(scope="module")
def applicant(house: House) -> Person:
    return house.invite("Max", in_project=False)


@pytest.fixture(scope="module")
def writer(house: House) -> Person:
    """Somebody who applies and is never given anything: their session stays the one that they began with."""
    return house.invite("Eve", in_project=False)


@pytest.fixture(scope="module")
def reviewer(house: House) -> Person:
    return house.invite("Kay", "reviewer", in_project=False)


def submitted(officer: Person, author: Person, title: str) -> str:
    """An application that waits for a decision, made over HTTP."""
    count = len(officer.get("/v1/tokenry/programmes")["data"])
    programme = officer.post("/v1/tokenry/programmes", name=f"Tides {count}", template="research")
    call = officer.post(f"/v1/tokenry/programmes/{programme['id']}/calls", name="Spring")
    body = {"call_id": call["id"], "tier": "Explore", "title": title, "asked": 10**9, "answers": TIDES}
    made = author.post("/v1/tokenry/me/applications", **body)["id"]
    author.post(f"/v1/tokenry/me/applications/{made}/submit")
    return str(made)


def test_from_the_call_to_the_certificate(
    visit: Visit, house: House, officer: Person, applicant: Person, reviewer: Person
) -> None:
    make_programme(visit(officer, "/awarding/programmes/new").page)
    apply(visit(applicant, "/awarding/calls"))
    assign(visit(officer, "/awarding/desk"))
    review(visit(reviewer, "/awarding/reviews"))
    decide(visit(officer, "/awarding/desk"))
    tab = visit(applicant, "/awarding/mine")
    accept(tab)
    draw(house, tab)
    certificate(tab.go("/awarding/certificates"))


def make_programme(page: Page) -> None:
    """A programme from a template, and a call that is open."""
    page.get_by_label("Name").fill("Access to tides")
    page.get_by_label("What its pool may award in all").fill("2.5 trillion")
    expect(page.get_by_text("That is 2,500,000,000,000 tokens.")).to_be_visible()
    press(page, "Make the programme")
    press(page, "Make the programme")
    page.get_by_role("heading", name="Access to tides").wait_for()
    expect(page.get_by_text("2.5T").first).to_be_visible()
    page.get_by_role("tab", name="Calls").click()
    press(page, "Open a call")
    page.get_by_role("dialog").get_by_label("Name").fill("Spring")
    press(page, "Publish the call")
    expect(page.get_by_role("cell", name="Open", exact=True)).to_be_visible()


def apply(tab: Tab) -> None:
    """A draft that is saved as it is written, and submitted once everything is answered."""
    page = tab.page
    page.locator("section", has_text="Access to tides").get_by_role("link", name="Apply").click()
    page.get_by_label("Title").fill("Ebb and flood")
    page.get_by_role("radio", name="Discover", exact=True).check()
    page.get_by_label("How much you ask for").fill("$5")
    expect(page.get_by_text("This is counted in tokens")).to_be_visible()
    page.get_by_label("How much you ask for").fill("20B")
    expect(page.get_by_text("At most 10,000,000,000 tokens.")).to_be_visible()
    page.get_by_label("How much you ask for").fill("5B")
    press(page, "Begin the application")
    page.get_by_label("Abstract").fill("word " * 301)
    expect(page.get_by_text("At most 300 words; there are 301.")).to_be_visible()
    page.get_by_label("Abstract").fill("We ask a model about ten thousand tides.")
    page.get_by_label("Method and models").fill("Zero-shot.")
    page.get_by_label("How the amount was estimated").fill("10,000 times 500,000 tokens.")
    expect(page.get_by_text("Still to be answered: Field of research")).to_be_visible()
    expect(page.get_by_role("main").get_by_role("button", name="Submit")).to_be_disabled()
    page.get_by_label("Field of research").fill("Oceans")
    page.get_by_label("Will prompts hold personal data?").select_option("No")
    expect(page.get_by_text("Saved", exact=False).last).to_contain_text("Saved ")
    page.reload()
    expect(page.get_by_label("Method and models")).to_have_value("Zero-shot.")
    press(page, "Submit")
    press(page, "Submit it")
    expect(page.get_by_text("It is with the officers.")).to_be_visible()


def assign(tab: Tab) -> None:
    """The officer sees who could review, and asks one."""
    page = tab.page
    page.get_by_role("link", name="Ebb and flood").click()
    press(page, "Ask reviewers")
    page.get_by_role("dialog").get_by_label("Kay").check()
    press(page, "Ask 1 reviewer")
    expect(page.get_by_text("To declare")).to_be_visible()
    press(page, "Award")
    expect(page.get_by_text("Reviews so far: 0. Its tier is decided on with 1.")).to_be_visible()
    expect(page.get_by_role("button", name="Offer 5,000,000,000 tokens")).to_be_disabled()


def review(tab: Tab) -> None:
    """No answer before the declaration; then points by keys alone, kept over a reload."""
    page = tab.page
    page.get_by_role("link", name="Ebb and flood").click()
    page.get_by_text("Do you have a conflict of interest?").wait_for()
    expect(page.get_by_text("We ask a model")).to_have_count(0)
    press(page, "I have none")
    press(page, "I have no conflict")
    expect(page.get_by_text("We ask a model about ten thousand tides.")).to_be_visible()
    for criterion, points in (("Merit", "5"), ("Fitness", "4"), ("Need", "4")):
        page.get_by_role("group", name=criterion).get_by_role("radio").first.focus()
        page.keyboard.press(points)
    expect(page.get_by_text("1 criterion to go")).to_be_visible()
    with page.expect_response("**/draft"):
        page.get_by_label("Words for the applicant").fill("Say which tides.")
    page.reload()
    expect(page.get_by_text("1 criterion to go")).to_be_visible()
    expect(page.get_by_label("Words for the applicant")).to_have_value("Say which tides.")
    page.get_by_role("group", name="Ability").get_by_role("radio").first.focus()
    page.keyboard.press("5")
    expect(page.get_by_text("Your score: 88.89 %")).to_be_visible()
    press(page, "Submit the review")
    press(page, "Submit it")
    expect(page.get_by_text("Thank you. Your review is in.")).to_be_visible()


def decide(tab: Tab) -> None:
    """The award is offered, with less than was asked for, while the pool is watched."""
    page = tab.page
    page.get_by_role("link", name="Ebb and flood").click()
    expect(page.get_by_text("88.89 %").first).to_be_visible()
    press(page, "Award")
    page.get_by_role("dialog").get_by_label("Amount").fill("4B")
    expect(page.get_by_text("After this offer it has 2,496,000,000,000 tokens.")).to_be_visible()
    page.get_by_label("Conditions of this award").fill("Publish the prompts.")
    press(page, "Offer 4,000,000,000 tokens")
    expect(page.get_by_text("The applicant can accept until")).to_be_visible()


def accept(tab: Tab) -> None:
    """The terms are read with their hash, and accepted."""
    page = tab.page
    page.get_by_role("link", name="Ebb and flood").first.click()
    expect(page.get_by_text("Publish the prompts.")).to_be_visible()
    expect(page.get_by_text("Say which tides.")).to_be_visible()
    expect(page.locator("code")).to_have_text(re.compile("^[0-9a-f]{64}$"))
    press(page, "Accept")
    press(page, "Accept these terms")
    page.get_by_role("link", name="See the award").click()
    expect(page.get_by_role("heading", name="How it stands")).to_be_visible()


def draw(house: House, tab: Tab) -> None:
    """A key is made on the award's page; a request with it is paid by the award, and stands there."""
    page = tab.page
    press(page, "Make a key")
    press(page, "Make it")
    key = page.locator("code", has_text="sk-").first.inner_text()
    expect(page.locator("pre")).to_contain_text(key)
    asked = {"model": "chatty", "messages": [{"role": "user", "content": "When is the tide?"}]}
    headers = {"authorization": f"Bearer {key}"}
    answer = httpx2.post(f"{house.url}/v1/chat/completions", headers=headers, json=asked, timeout=30)
    assert answer.status_code == 200, answer.text
    drawn = answer.json()["usage"]["total_tokens"]
    house.server.idle()
    page.reload()
    expect(page.get_by_text(str(drawn), exact=True)).to_be_visible()
    expect(page.get_by_text("3.999B")).to_be_visible()


def certificate(tab: Tab) -> None:
    """The organization's milestone, with its picture; and its public page."""
    page = tab.page
    for _ in range(20):
        if page.get_by_role("link", name="Verify it").count():
            break
        page.wait_for_timeout(250)
        tab.go("/awarding/certificates")
    picture = page.get_by_role("img", name="has processed 40 tokens")
    expect(picture).to_be_visible()
    assert picture.evaluate("(image) => image.decode().then(() => image.naturalWidth)") > 100
    page.get_by_role("link", name="Verify it").click()
    expect(page.get_by_text("genuine", exact=False).first).to_be_visible()
    tab.complaints[:] = [words for words in tab.complaints if "/favicon.ico" not in words]  # plain pages name no icon


def test_of_two_officers_one_decides_and_the_other_keeps_the_words(
    visit: Visit, officer: Person, writer: Person
) -> None:
    made = submitted(officer, writer, "Neap")
    tab = visit(officer, f"/awarding/applications/{made}")
    page = tab.page
    press(page, "Decline")
    page.get_by_role("dialog").get_by_label("Why").fill("A dictionary would do for this.")
    officer.post(f"/v1/tokenry/applications/{made}/waitlist", words="Two are before it.")
    press(page, "Decline it")
    expect(page.get_by_role("alert")).to_contain_text("somebody changed the application since you read it")
    tab.complaints.clear()  # the browser tells the console of every answer that is a refusal
    press(page, "See how it stands now")
    expect(page.get_by_text("Waiting list").first).to_be_visible()
    expect(page.get_by_role("dialog").get_by_label("Why")).to_have_value("A dictionary would do for this.")


def test_what_two_officers_change_in_a_programme_is_brought_together(visit: Visit, officer: Person) -> None:
    made = officer.post("/v1/tokenry/programmes", name="Currents", template="classroom")
    tab = visit(officer, f"/awarding/programmes/{made['id']}?tab=settings", size=PHONE)
    page = tab.page
    page.get_by_label("What it is for").fill("Tokens for sailors.")
    page.get_by_label("Days an offer holds").fill("10")
    officer.post(
        f"/v1/tokenry/programmes/{made['id']}",
        terms=made["terms"] | {"review_within_days": 5, "accept_within_days": 7}, revision=made["revision"],
    )  # fmt: skip
    press(page, "Save the changes")
    press(page, "Save the changes")
    expect(page.get_by_text("Taken over from them: days of reviewers.")).to_be_visible()
    tab.complaints.clear()
    press(page, "Cancel")
    expect(page.get_by_label("Days a reviewer has")).to_have_value("5")
    expect(page.get_by_label("Days an offer holds")).to_have_value("10")
    press(page, "Use theirs for these")
    press(page, "Save the changes")
    press(page, "Save the changes")
    expect(page.get_by_text("The programme was changed.")).to_be_visible()
    terms = officer.get(f"/v1/tokenry/programmes/{made['id']}")["terms"]
    assert (terms["about"], terms["review_within_days"], terms["accept_within_days"]) == ("Tokens for sailors.", 5, 7)


def test_what_cannot_be_saved_stays_in_the_browser(visit: Visit, officer: Person, writer: Person) -> None:
    made = submitted(officer, writer, "Storm")
    officer.post(f"/v1/tokenry/applications/{made}/return", words="Which sea?")
    tab = visit(writer, f"/awarding/mine/applications/{made}")
    page = tab.page
    expect(page.get_by_text("Which sea?").first).to_be_visible()
    page.context.set_offline(True)
    page.get_by_label("Field of research").fill("The North Sea")
    expect(page.get_by_text("Kept in this browser until it can be saved.")).to_be_visible()
    page.context.set_offline(False)
    page.reload()
    expect(page.get_by_text("What you typed last time and was not saved yet is back.")).to_be_visible()
    expect(page.get_by_label("Field of research")).to_have_value("The North Sea")
    page.get_by_label("Field of research").fill("The North Sea, all of it")
    seen = until(
        lambda: writer.get(f"/v1/tokenry/me/applications/{made}")["answers"]["field"], lambda said: "all" in said
    )
    assert seen == "The North Sea, all of it"
    tab.complaints.clear()  # being offline is told to the console


def test_of_two_windows_none_overwrites_the_other(visit: Visit, officer: Person, writer: Person) -> None:
    made = submitted(officer, writer, "Swell")
    officer.post(f"/v1/tokenry/applications/{made}/return", words="Which model?")
    mine = f"/v1/tokenry/me/applications/{made}"
    tab = visit(writer, f"/awarding/mine/applications/{made}")
    page = tab.page
    page.get_by_label("Abstract").wait_for()
    before = writer.get(mine)
    writer.post(
        mine, tier="Explore", title="Swell", asked=5, answers=TIDES | {"field": "Lakes"}, revision=before["revision"]
    )
    page.get_by_label("Abstract").fill("Written in this window.")
    expect(page.get_by_text("It was changed in another window since you opened it.")).to_be_visible()
    tab.complaints.clear()
    assert writer.get(mine)["answers"]["field"] == "Lakes"
    with page.expect_response(lambda answer: answer.request.method == "POST" and answer.ok):
        press(page, "Keep what stands here")
    after = writer.get(mine)["answers"]
    assert (after["abstract"], after["field"]) == ("Written in this window.", "Oceans")
