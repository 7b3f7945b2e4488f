"""What surrounds every page: the way by keyboard, colours, the drawer of a phone, sessions that end, closed rooms."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.web.harness import PHONE, House, Person, Tab
from tests.web.harness.people import PASSWORD

Visit = Callable[..., Tab]


def _sign_in(page: Page, person: Person) -> None:
    page.get_by_label("E-mail").fill(person.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()


def test_a_session_that_ends_loses_nothing_that_was_typed(visit: Visit, house: House) -> None:
    eve = house.invite("Eve", "admin")
    tab = visit(eve, "/admin/groups")
    page = tab.page
    page.get_by_role("button", name="New group").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Name").fill("Typed before it ended")
    assert eve.raw("DELETE", "/v1/tokenry/me/sessions").status_code == 200
    dialog.get_by_role("button", name="New group").click()
    expect(dialog.get_by_role("alert")).to_contain_text("You are signed out")
    tab.complaints.clear()  # the browser notes the 401 that was meant
    with tab.context.expect_page() as opened:
        dialog.get_by_role("link", name="Sign in").click()
    _sign_in(opened.value, eve)
    opened.value.wait_for_url("**/admin/groups")
    opened.value.close()
    page.bring_to_front()
    expect(dialog.get_by_label("Name")).to_have_value("Typed before it ended")
    dialog.get_by_role("button", name="New group").click()
    expect(page.get_by_role("heading", name="Typed before it ended")).to_be_visible()
    expect(page.get_by_text("You are signed out")).to_have_count(0)


def test_a_tab_learns_that_somebody_else_is_signed_in(visit: Visit, house: House, owner: Person) -> None:
    ann = house.invite("Ann")
    tab = visit(owner, "/admin/members")
    tab.context.clear_cookies()
    tab.context.add_cookies(ann.cookies())  # type: ignore[arg-type] # its own kind of dict
    other = tab.context.new_page()
    other.goto("/search")
    expect(tab.page.get_by_role("alert")).to_contain_text("Somebody else is signed in")
    tab.page.get_by_role("tab", name="Invites").click()  # what is not there yet is not asked for in Ann's name
    expect(tab.page.get_by_role("main").get_by_role("alert")).to_contain_text("Somebody else")


def test_anywhere_is_reached_by_keyboard(visit: Visit, owner: Person) -> None:
    page = visit(owner, "/admin/groups").page
    page.keyboard.press("Control+k")
    expect(page.get_by_role("combobox", name="Go to")).to_be_focused()
    page.keyboard.type("limit req")
    expect(page.get_by_role("option", selected=True)).to_have_text("Limit requests")
    page.keyboard.press("Enter")
    heading = page.get_by_role("heading", name="Limit requests", exact=True)
    expect(heading).to_be_focused()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keyboard shortcuts")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(heading).to_be_focused()


def test_a_menu_is_worked_by_keyboard_and_colours_stay(visit: Visit, owner: Person) -> None:
    page = visit(owner, "/admin/groups").page
    opener = page.locator("aside button[aria-haspopup=menu]")
    opener.press("ArrowUp")
    expect(page.get_by_role("menuitem", name="Account")).to_be_focused()
    page.keyboard.press("End")
    expect(page.get_by_role("menuitem", name="Sign out")).to_be_focused()
    page.keyboard.press("d")
    expect(page.get_by_role("menuitemradio", name="Dark")).to_be_focused()
    page.keyboard.press("Enter")
    expect(opener).to_be_focused()
    page.reload(wait_until="commit")
    expect(page.locator("html.dark")).to_have_count(1)
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(20, 23, 26)"


def test_a_phones_drawer_opens_and_goes(visit: Visit, owner: Person) -> None:
    page = visit(owner, "/admin/groups", size=PHONE).page
    page.get_by_role("button", name="Open the menu").click()
    page.get_by_role("dialog").get_by_role("link", name="Members").click()
    expect(page.get_by_role("heading", name="Members", exact=True)).to_be_focused()
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_a_room_that_is_not_theirs_says_so_and_asks_for_nothing(visit: Visit, member: Person) -> None:
    tab = visit(member, "/admin/members")
    expect(tab.page.get_by_role("heading", name="“Members” is not for your role")).to_be_visible()
    assert not tab.wrong()
