"""One house from its first link to its first certificate, all in browsers: an owner, and a member whom they invite.

The owner comes in by the link of the first start, invites a member and sets a budget; the member chats, edits, attaches
a file, opens a citation, shares, searches, runs out and asks for more; the owner approves, awards; a certificate comes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.harness import Server
from tests.web.harness import CONFIGURATION, DESK, Tab
from tests.web.harness.people import PASSWORD
from tests.web.test_chat import answers, field, say
from tests.web.test_files import RULES, choose, named

CONFIG = CONFIGURATION + "\n[milestones]\nthresholds = [60]\n"  # tokens
LINK = re.compile(r"https?://\S+/sign-in/link/[\w-]+")
_ASK = """async ([method, path, body]) => {
  const me = await (await fetch("/v1/tokenry/me")).json();
  const headers = { "content-type": "application/json", "x-tokenry-csrf": me.csrf_token };
  const answer = await fetch(path, { method, headers, ...(body && { body: JSON.stringify(body) }) });
  if (!answer.ok) throw new Error(await answer.text());
  return answer.json();
}"""


@dataclass
class Open:
    """A server that nobody has signed in to, and tabs at it."""

    server: Server
    tab: Callable[[], Tab]
    first: str


@pytest.fixture
def opened(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Open]:
    server = Server(tmp_path_factory.mktemp("house"), CONFIG).start()
    found = LINK.search(server.log.read_text(encoding="utf-8"))
    assert found is not None
    tabs: list[Tab] = []

    def tab() -> Tab:
        tabs.append(Tab(browser, server.url, None, DESK, "light"))
        return tabs[-1]

    yield Open(server, tab, found[0])
    for one in tabs:
        one.close()
    assert server.stop() == 0
    assert server.check()["ok"]
    assert not [words for one in tabs for words in one.complaints]


def ask(page: Page, method: str, path: str, **body: Any) -> Any:
    """The API, as a page asks it."""
    return page.evaluate(_ASK, [method, path, body or None])


def test_from_the_first_link_to_the_first_certificate(opened: Open) -> None:
    owner = opened.tab()
    begin(owner, opened.first, "Ada", "ada@example.org")
    member = opened.tab()
    member.go(invite(owner))
    member.page.get_by_label("Your name").fill("Mia")
    member.page.get_by_label("Password").fill(PASSWORD)
    member.page.get_by_role("button", name="Accept").click()
    member.page.wait_for_url(f"{opened.server.url}/")
    budget(owner)
    chat(member)
    shown = share(member)
    search(member)
    owner.go(shown)
    expect(owner.page.get_by_text("Awards do").last).to_be_visible()
    runs_out(owner, member)
    approve(owner)
    member.go("/")
    say(member, "Once more [[text=Here I am again.]]")
    expect(answers(member)).to_contain_text("Here I am again.")
    award(owner)
    certificate(owner)


def begin(tab: Tab, link: str, name: str, email: str) -> None:
    """The owner says who they are, and is in the chat."""
    page = tab.go(link).page
    page.get_by_label("Your name").fill(name)
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Begin").click()
    page.wait_for_url(f"{tab.url}/")
    expect(field(tab)).to_be_focused()


def invite(tab: Tab) -> str:
    """A link for somebody who shall work in the first project."""
    page = tab.go("/admin/members").page
    page.get_by_role("button", name="Invite somebody").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("E-mail").fill("mia@example.org")
    dialog.get_by_role("checkbox", name="default").set_checked(True)
    dialog.get_by_role("button", name="Make the invite").click()
    link = dialog.get_by_role("textbox", name="Link").input_value()
    dialog.get_by_role("button", name="Done").click()
    return link


def budget(tab: Tab) -> None:
    """What each member may spend a month."""
    page = tab.go("/admin/budgets").page
    page.get_by_role("button", name="New budget").first.click()
    page.get_by_role("dialog").get_by_label("Limit").fill("2.00")
    page.get_by_role("dialog").get_by_role("button", name="New budget").click()
    expect(page.get_by_role("row").filter(has_text="each member")).to_contain_text("$2.00")


def chat(tab: Tab) -> None:
    """A question, another wording of it, a file, and the passage behind a citation."""
    page = tab.page
    say(tab, "First [[text=One answer.]]")
    page.wait_for_url("**/chat/chat_*")
    expect(answers(tab)).to_contain_text("One answer.")
    field(tab).press("ArrowUp")
    again = page.get_by_role("textbox", name="Your message, to be asked anew")
    again.fill("Second [[text=Another answer.]]")
    again.press("Enter")
    expect(answers(tab)).to_contain_text("Another answer.")
    page.get_by_role("group", name="Version 2 of 2").get_by_role("button", name="Previous version").click()
    expect(answers(tab)).to_contain_text("One answer.")
    choose(tab, named("rules.pdf", RULES))
    expect(page.get_by_role("list", name="Attached files")).to_contain_text(re.compile(r"\d (B|kB)"))
    field(tab).fill("Who pays the heliotrope? [[text=Awards do [2].]]")
    field(tab).press("Enter")
    page.get_by_role("button", name="Source 2: rules.pdf").first.click()
    panel = page.get_by_role("dialog", name="rules.pdf")
    expect(panel.locator("mark")).to_contain_text("Awards pay for tokens.")
    page.keyboard.press("Escape")
    expect(panel).to_have_count(0)


def share(tab: Tab) -> str:
    """A link by which members of the organization read the chat."""
    page = tab.page
    page.get_by_role("main").get_by_role("button", name=re.compile("^More about")).click()
    page.get_by_role("menuitem", name="Share").click()
    page.get_by_role("dialog").get_by_role("button", name="Make the link").click()
    link = page.get_by_role("dialog").get_by_role("textbox", name="Link").input_value()
    page.get_by_role("dialog").get_by_role("button", name="Done").click()
    return link


def search(tab: Tab) -> None:
    """What was said is found by the beginning of a word."""
    page = tab.go("/search").page
    page.get_by_role("searchbox").fill("heliot")
    expect(page.locator("main mark").first).to_have_text("heliotrope")


def runs_out(owner: Tab, member: Tab) -> None:
    """The budget is cut, the next question is refused in words, and the member asks for more."""
    default = next(one for one in ask(owner.page, "GET", "/v1/tokenry/budgets")["data"] if one["scope_id"] == "*")
    ask(owner.page, "POST", f"/v1/tokenry/budgets/{default['id']}", limit_usd="0.000001")
    member.go("/")
    say(member, "Anything")
    card = member.page.get_by_role("region", name="The budget is used up")
    card.get_by_role("button", name="Ask for more").click()
    dialog = member.page.get_by_role("dialog", name="Ask for more")
    dialog.get_by_label("New limit, in dollars").fill("5")
    dialog.get_by_label("What you need it for").fill("The report is due on Friday.")
    dialog.get_by_role("button", name="Ask", exact=True).click()
    expect(dialog).to_have_count(0)
    member.complaints = [words for words in member.complaints if "429" not in words]


def approve(tab: Tab) -> None:
    """The owner gives what was asked for."""
    page = tab.go("/admin/requests").page
    expect(page.get_by_text("The report is due on Friday.")).to_be_visible()
    page.get_by_role("button", name="Approve").click()
    page.get_by_role("dialog").get_by_role("button", name="Approve").click()
    expect(page.get_by_text("Nobody asks for more")).to_be_visible()


def award(tab: Tab) -> None:
    """A programme from a template, and an award made directly to a project."""
    page = tab.go("/awarding/programmes/new").page
    page.get_by_label("Name").fill("Access to tides")
    for _ in range(2):  # the second time in the dialog that says what will be done
        within = page.get_by_role("dialog") if page.get_by_role("dialog").count() else page
        within.get_by_role("button", name="Make the programme", exact=True).first.click()
    page.get_by_role("heading", name="Access to tides").wait_for()
    programme = ask(page, "GET", "/v1/tokenry/programmes")["data"][0]["id"]
    member = next(
        one for one in ask(page, "GET", "/v1/organization/users")["data"] if one["email"] == "mia@example.org"
    )
    ask(page, "POST", "/v1/tokenry/awards", programme_id=programme, amount=10**9, awardee_id=member["id"])
    tab.go("/awarding/awards")
    expect(page.get_by_role("row").filter(has_text="Access to tides").first).to_contain_text("1B")


def certificate(tab: Tab) -> None:
    """The tokens of the chats have made the organization's first certificate."""
    page = tab.go("/awarding/certificates").page
    for _ in range(40):
        if page.get_by_role("link", name="Verify it").count():
            break
        page.wait_for_timeout(250)
        tab.go("/awarding/certificates")
    expect(page.get_by_role("img", name="has processed 60 tokens")).to_be_visible()
    page.get_by_role("link", name="Verify it").click()
    expect(page.get_by_text("genuine", exact=False).first).to_be_visible()
