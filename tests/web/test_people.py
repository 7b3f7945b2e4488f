"""The rooms of people, as an owner and a member use them: invites, keys, budgets and who asks for more, projects."""

from __future__ import annotations

from collections.abc import Callable

import httpx2
from playwright.sync_api import expect

from tests.web.harness import House, Person, Tab

Visit = Callable[..., Tab]


def test_an_invite_is_shown_once_and_can_be_taken_back(visit: Visit, owner: Person, house: House) -> None:
    page = visit(owner, "/admin/members").page
    page.get_by_role("button", name="Invite somebody").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("E-mail").fill("noor@example.org")
    dialog.get_by_label("Role in the organization").select_option("auditor")
    dialog.get_by_role("button", name="Make the invite").click()
    link = dialog.get_by_role("textbox", name="Link").input_value()
    assert httpx2.get(link).status_code == 200
    dialog.get_by_role("button", name="Done").click()
    page.get_by_role("tab", name="Invites").click()
    row = page.get_by_role("row").filter(has_text="noor@example.org")
    expect(row).to_contain_text("auditor")
    row.get_by_role("button", name="Take back").click()
    page.get_by_role("dialog").get_by_role("button", name="Take back").click()
    expect(row).to_have_count(0)
    assert httpx2.get(link).status_code == 404


def test_a_key_is_told_once_works_and_ends(visit: Visit, member: Person, house: House) -> None:
    page = visit(member, "/admin/keys").page
    page.get_by_role("button", name="New key").click()
    page.get_by_role("dialog").get_by_label("What it is for").fill("laptop")
    page.get_by_role("dialog").get_by_role("button", name="Make the key").click()
    value = page.get_by_role("dialog").get_by_role("textbox", name="Your new key").input_value()
    page.get_by_role("dialog").get_by_role("button", name="Done").click()
    asked = {"model": "brief", "messages": [{"role": "user", "content": "hello"}]}
    headers = {"authorization": f"Bearer {value}"}
    answer = httpx2.post(f"{house.url}/v1/chat/completions", json=asked, headers=headers)
    assert answer.status_code == 200, answer.text
    assert value not in page.content()
    page.get_by_role("button", name="Revoke: laptop").click()
    page.get_by_role("dialog").get_by_role("button", name="Revoke").click()
    expect(page.get_by_role("row").filter(has_text="laptop")).to_have_count(0)
    assert httpx2.post(f"{house.url}/v1/chat/completions", json=asked, headers=headers).status_code == 401


def test_a_default_is_made_and_who_asks_for_more_gets_an_answer(visit: Visit, owner: Person, member: Person) -> None:
    page = visit(owner, "/admin/budgets").page
    page.get_by_role("button", name="New budget").first.click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Limit").fill("a lot")
    dialog.get_by_role("button", name="New budget").click()
    expect(dialog.get_by_role("alert")).to_contain_text("Write an amount")
    dialog.get_by_label("Limit").fill("1.50")
    dialog.get_by_role("button", name="New budget").click()
    expect(page.get_by_role("row").filter(has_text="each member")).to_contain_text("$1.50")
    own = member.get("/v1/tokenry/me/budgets")["data"][0]
    member.post(
        "/v1/tokenry/me/limit_requests", budget_id=own["id"], limit_usd="9.00", reason="<b>The tides</b> come in"
    )
    page.goto("/admin/requests")
    expect(page.get_by_text("<b>The tides</b> come in")).to_be_visible()
    page.get_by_role("button", name="Approve").click()
    page.get_by_role("dialog").get_by_label("Limit from now on").fill("4")
    page.get_by_role("dialog").get_by_label("A word for Mia").fill("half of it for now")
    page.get_by_role("dialog").get_by_role("button", name="Approve").click()
    expect(page.get_by_text("Nobody asks for more")).to_be_visible()
    raised = member.get("/v1/tokenry/me/budgets")["data"][0]
    assert (raised["limit_usd"], raised["source"]) == ("4.00", "override")
    assert member.get("/v1/tokenry/me/limit_requests")["data"][0]["note"] == "half of it for now"


def test_a_project_is_made_ruled_and_archived(visit: Visit, owner: Person, member: Person) -> None:
    tab = visit(owner, "/admin/projects")
    page = tab.page
    page.get_by_role("button", name="New project").click()
    page.get_by_role("dialog").get_by_label("Name").fill("Tides")
    page.get_by_role("dialog").get_by_role("button", name="New project").click()
    expect(page.get_by_role("heading", name="Tides", level=1)).to_be_visible()
    page.get_by_label("Add somebody").select_option(label=f"{member.name} ({member.email})")
    page.get_by_role("button", name="Add", exact=True).first.click()
    page.get_by_label(f"Role: {member.name}").select_option("owner")
    expect(page.get_by_text("Saved")).to_be_visible()
    page.get_by_role("tab", name="Rules").click()
    page.get_by_label("Keeping content").select_option("zero_data_retention")
    expect(page.get_by_label("Keeping content")).to_have_value("zero_data_retention")
    project = tab.path.split("?")[0].rpartition("/")[2]
    told = owner.get(f"/v1/tokenry/projects/{project}/terms")
    assert told["keeps_content"] is False
    assert owner.get(f"/v1/organization/projects/{project}/users")["data"][0]["role"] == "owner"
    page.get_by_role("button", name="Archive").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("button", name="Archive")).to_be_disabled()
    dialog.get_by_label("Type Tides to confirm").fill("Tides")
    dialog.get_by_role("button", name="Archive").click()
    expect(page.get_by_text("archived", exact=True)).to_be_visible()
