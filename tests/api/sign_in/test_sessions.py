"""A session's cookie: where it counts, what steals or forges it, when it changes; CSRF on all that changes anything."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.api.organization.stand import Stand
from tests.api.sign_in.visitor import PASSWORD, Visitor, audited, with_password
from tokenry.access import change_role, create_invite, local_actor
from tokenry.api import ADMINISTRATION
from tokenry.storage import tables

pytestmark = pytest.mark.anyio
Visit = Callable[..., Visitor]
TLS = "https://tokenry.test"


async def entered(stand: Stand, visit: Visit, role: str = "owner", home: str = "http://127.0.0.1:8080") -> Visitor:
    visitor = visit(home)
    assert (await visitor.sign_in(await with_password(stand, role))).status_code == 303
    return visitor


class TestCookie:
    async def test_over_tls_it_is_locked_to_the_host(self, stand: Stand, visit: Visit) -> None:
        answer = await visit(TLS, "203.0.113.9").sign_in(await with_password(stand, "owner"))
        (cookie,) = [c for c in answer.headers.get_list("set-cookie") if "tokenry_session" in c]
        assert cookie.startswith("__Host-tokenry_session=")
        assert {"HttpOnly", "Secure", "SameSite=lax", "Path=/"} <= set(cookie.split("; "))
        assert "Domain" not in cookie

    async def test_in_plain_http_only_this_machine_signs_in(self, stand: Stand, visit: Visit) -> None:
        email = await with_password(stand, "owner")
        for home, address in (
            ("http://tokenry.test", "203.0.113.9"),  # another machine
            ("http://tokenry.test", "127.0.0.1"),  # a proxy that nobody named, or a name that leads here
            ("http://127.0.0.1:8080", "203.0.113.9"),  # a Host header of the client's own
        ):
            visitor = visit(home, address)
            answer = await visitor.sign_in(email)
            assert answer.status_code == 403
            assert "plain HTTP" in answer.text
            assert visitor.token is None
            assert (await visitor.get("/sign-in")).status_code == 403
            for path in ("/sign-in/link/x", "/sign-in/lab", "/invite/x"):
                assert (await visitor.get(path)).status_code == 403
        behind = visit()
        behind.http.headers["x-forwarded-for"] = "203.0.113.9"
        assert (await behind.sign_in(email)).status_code == 403

    async def test_a_cookie_that_was_got_safely_does_not_count_in_the_clear(self, stand: Stand, visit: Visit) -> None:
        token = (await entered(stand, visit)).token
        assert token is not None
        away = visit("http://tokenry.test", "203.0.113.9")
        away.steal(token)
        assert (await away.me()).status_code == 401

    async def test_over_tls_a_cookie_without_the_prefix_is_nothing(self, stand: Stand, visit: Visit) -> None:
        """Another host of the same domain can set one, and would make somebody act as somebody else."""
        token = (await entered(stand, visit)).token
        assert token is not None
        visitor = visit(TLS)
        visitor.http.cookies.set("tokenry_session", token, domain="tokenry.test")
        assert (await visitor.me()).status_code == 401

    async def test_a_fixed_token_is_not_taken_over(self, stand: Stand, visit: Visit) -> None:
        """Whoever plants a token of their choice, even a living one, does not share the session that follows."""
        attacker = await entered(stand, visit, "member")
        victim = visit()
        assert attacker.token is not None
        planted = attacker.token
        victim.steal(planted)
        assert (await victim.sign_in(await with_password(stand, "owner"))).status_code == 303
        assert victim.token != planted
        told = await victim.me()
        assert told.json()["id"] == stand.ours.users["owner"]
        assert told.headers["cross-origin-resource-policy"] == "same-origin", "another site's page embeds no answer"
        assert (await attacker.me()).status_code == 401
        unknown = visit()
        unknown.steal("A" * 43)
        await unknown.sign_in(await with_password(stand, "owner"))
        assert unknown.token != "A" * 43

    async def test_a_stolen_cookie_is_dead_once_its_owner_signs_out(self, stand: Stand, visit: Visit) -> None:
        owner, thief = await entered(stand, visit), visit()
        assert owner.token is not None
        thief.steal(owner.token)
        assert (await thief.me()).status_code == 200
        assert (await owner.post("/sign-out", csrf=await owner.csrf())).status_code == 303
        assert (await thief.me()).status_code == 401
        assert owner.token is None
        assert [row.actor_id for row in audited(stand, "logout.succeeded")] == [stand.ours.users["owner"]]

    async def test_a_stolen_cookie_is_dead_once_the_password_changes(self, stand: Stand, visit: Visit) -> None:
        owner, thief, elsewhere = await entered(stand, visit), visit(), await entered(stand, visit)
        assert owner.token is not None
        thief.steal(owner.token)
        fields = {"old": PASSWORD, "password": "another horse battery"}
        assert (await owner.post("/account/password", csrf=await owner.csrf(), **fields)).status_code == 200
        assert (await thief.me()).status_code == 401, "the token was not exchanged"
        assert (await elsewhere.me()).status_code == 401, "the other sessions live on"
        assert (await owner.me()).status_code == 200

    async def test_a_wrong_old_password_changes_nothing(self, stand: Stand, visit: Visit) -> None:
        owner = await entered(stand, visit)
        told = await owner.post("/account/password", csrf=await owner.csrf(), old="guess", password="another horse b")
        assert told.status_code == 401
        assert (await entered(stand, visit)).token is not None

    async def test_another_role_exchanges_the_token(self, stand: Stand, visit: Visit) -> None:
        member = await entered(stand, visit, "member")
        before = member.token
        assert "members.write" not in (await member.me()).json()["permissions"]
        assert member.token == before
        change_role(stand.house.desk, local_actor(stand.ours.id), stand.ours.users["member"], "admin")
        stand.serving.rooms().refresh()
        assert "members.write" in (await member.me()).json()["permissions"]
        assert member.token != before
        assert (await member.me()).status_code == 200

    async def test_what_exchanges_the_token_shows_what_goes_with_the_new_one(self, stand: Stand, visit: Visit) -> None:
        """Else the first thing that somebody changes after that is refused, and a form for good."""
        member = await entered(stand, visit, "member")
        for role, read in (("admin", "/v1/tokenry/me"), ("member", "/account")):
            before = member.token
            change_role(stand.house.desk, local_actor(stand.ours.id), stand.ours.users["member"], role)
            stand.serving.rooms().refresh()
            page = read == "/account"
            shown = await member.csrf() if page else (await member.me()).json()["csrf_token"]
            assert member.token != before
            assert (await member.post("/account/name", csrf=shown, name=f"Mia, {role}")).status_code == 303
            assert (await member.me()).json()["name"] == f"Mia, {role}"


class TestForgery:
    async def test_a_form_needs_its_page_and_its_token(self, stand: Stand, visit: Visit) -> None:
        owner, other = await entered(stand, visit), await entered(stand, visit, "member")
        good = await owner.csrf()
        for origin, csrf in (
            (None, good),
            ("https://evil.example", good),
            ("null", good),
            ("http://127.0.0.1:9999", good),
            ("https://127.0.0.1:8080", good),
            (owner.home, ""),
            (owner.home, good[:-1]),
            (owner.home, await other.csrf()),
        ):
            for path in ("/sign-out", "/account/name", "/account/password", "/account/sessions"):
                answer = await owner.post(path, origin=origin, csrf=csrf, name="X", password="another horse b")
                assert answer.status_code == 403, (origin, csrf, path)
        assert (await owner.me()).status_code == 200
        assert (await owner.post("/account/name", csrf=good, name="Ada")).status_code == 303
        assert 'value="Ada"' in (await owner.get("/account")).text

    async def test_nobody_is_signed_in_by_another_page(self, stand: Stand, visit: Visit) -> None:
        email, visitor = await with_password(stand, "owner"), visit()
        for origin in (None, "https://evil.example", "null"):
            answer = await visitor.post("/sign-in", origin=origin, email=email, password=PASSWORD)
            assert answer.status_code == 403
            assert visitor.token is None

    async def test_what_the_browser_says_of_the_page_counts_too(self, stand: Stand, visit: Visit) -> None:
        owner = await entered(stand, visit)
        csrf = (await owner.me()).json()["csrf_token"]
        for site in ("cross-site", "same-site", "none", "x"):
            for origin in ({}, {"origin": owner.home}):
                headers = {"x-tokenry-csrf": csrf, "sec-fetch-site": site, **origin}
                assert (await owner.me("DELETE", "/sessions", **headers)).status_code == 403
        told = await owner.me("DELETE", "/sessions", **{"x-tokenry-csrf": csrf, "sec-fetch-site": "same-origin"})
        assert told.status_code == 200

    async def test_no_route_changes_anything_by_the_cookie_alone(self, stand: Stand, visit: Visit) -> None:
        owner, tried = await entered(stand, visit), 0
        for route in (one for one in ADMINISTRATION if one.method != "GET"):
            path = route.path.replace("{project_id}", stand.ours.projects[0].id)
            for headers in ({}, {"origin": owner.home}, {"sec-fetch-site": "same-origin"}):
                answer = await owner.http.request(route.method, path, headers=headers)
                assert answer.status_code == 403, f"{route.method} {path}: {answer.text}"
                assert answer.json()["error"]["code"] == "csrf_refused"
                tried += 1
        assert tried > 60

    async def test_no_link_elsewhere_makes_somebody_say_that_they_looked(self, stand: Stand, visit: Visit) -> None:
        """A GET that is written down and told: by the cookie alone, any page could have it asked."""
        owner, user = await entered(stand, visit), stand.ours.users["member"]
        noted = [route for route in ADMINISTRATION if route.noted]
        assert {route.path.rpartition("/")[2] for route in noted} == {"chats", "{chat_id}", "export"}
        for route in noted:
            path = route.path.format(grant_id="grant_x", chat_id="chat_x", user_id=user)
            for headers in ({}, {"sec-fetch-site": "cross-site"}, {"sec-fetch-site": "none"}, {"origin": "https://x"}):
                for method in ("GET", "HEAD"):
                    answer = await owner.http.request(method, path, headers=headers)
                    assert answer.status_code == 403, f"{method} {path} {headers}"
            answer = await owner.http.get(path, headers={"sec-fetch-site": "same-origin"})
            assert answer.status_code in {200, 404}, answer.text
        assert len(audited(stand, "user.exported")) == 1

    async def test_a_key_needs_no_such_token(self, stand: Stand) -> None:
        body = {"name": "by a key"}
        answer = await stand.ask("POST", "/v1/organization/projects", stand.ours.keys["owner"], json=body)
        assert answer.status_code == 200

    async def test_a_key_goes_before_a_cookie(self, stand: Stand, visit: Visit) -> None:
        owner = await entered(stand, visit)
        headers = {"authorization": f"Bearer {stand.ours.keys['member']}"}
        assert (await owner.http.get("/v1/tokenry/me", headers=headers)).json()["kind"] == "admin_key"


class TestMe:
    async def test_who_one_is(self, stand: Stand, visit: Visit) -> None:
        told = (await (await entered(stand, visit, "auditor")).me()).json()
        assert told["id"] == stand.ours.users["auditor"]
        assert told["kind"] == "session"
        assert [place["role"] for place in told["organizations"]] == ["auditor"]
        assert "audit.read" in told["permissions"]
        assert told["csrf_token"]

    async def test_a_header_chooses_among_ones_organizations(self, stand: Stand, visit: Visit) -> None:
        user = stand.ours.users["owner"]
        row = {"id": "mbr_x", "user_id": user, "organization_id": stand.theirs.id, "role": "member", "created_at": 2}
        with stand.house.desk.db.write() as connection:
            connection.execute(tables.memberships.insert(), row)
        stand.serving.rooms().refresh()
        owner = await entered(stand, visit)
        assert (await owner.me()).json()["organization_id"] == stand.ours.id
        for name in (stand.theirs.id, "elsewhere"):
            told = (await owner.me(openai_organization=name)).json()
            assert told["organization_id"] == stand.theirs.id
            assert "members.write" not in told["permissions"]
        member = await entered(stand, visit, "member")
        for name in (stand.theirs.id, "org_none"):
            assert (await member.me(openai_organization=name)).json()["error"]["code"] == "mismatched_organization"

    async def test_sessions_are_listed_and_ended(self, stand: Stand, visit: Visit) -> None:
        one, two = await entered(stand, visit), await entered(stand, visit)
        listed = (await one.me("GET", "/sessions")).json()["data"]
        assert [s["current"] for s in listed].count(True) == 1
        assert len(listed) == 2
        other = next(s["id"] for s in listed if not s["current"])
        guard = {"x-tokenry-csrf": (await one.me()).json()["csrf_token"], "origin": one.home}
        assert (await one.me("DELETE", f"/sessions/{other}", **guard)).json()["deleted"] == 1
        assert (await two.me()).status_code == 401
        assert (await one.me("DELETE", f"/sessions/{other}", **guard)).status_code == 404
        foreign = await entered(stand, visit, "member")
        theirs = (await foreign.me("GET", "/sessions")).json()["data"][0]["id"]
        assert (await one.me("DELETE", f"/sessions/{theirs}", **guard)).status_code == 404
        assert (await foreign.me()).status_code == 200
        assert (await one.me("DELETE", "/sessions", **guard)).json()["deleted"] == 1
        assert (await one.me()).status_code == 401

    async def test_an_admin_ends_a_members_sessions_but_no_owners(self, stand: Stand, visit: Visit) -> None:
        member, owner = await entered(stand, visit, "member"), await entered(stand, visit)
        key = stand.ours.keys["admin"]
        path = "/v1/tokenry/members/{}/sessions"
        assert len((await stand.ask("GET", path.format(stand.ours.users["member"]), key)).json()["data"]) == 1
        assert (await stand.ask("DELETE", path.format(stand.ours.users["member"]), key)).json()["deleted"] == 1
        assert (await member.me()).status_code == 401
        assert (await stand.ask("DELETE", path.format(stand.ours.users["owner"]), key)).status_code == 403
        assert (await owner.me()).status_code == 200
        assert (await stand.ask("DELETE", path.format(stand.theirs.users["member"]), key)).status_code == 404

    async def test_ending_somebody_elses_sessions_is_written_into_ones_own_log(
        self, stand: Stand, visit: Visit
    ) -> None:
        user = stand.ours.users["member"]
        row = {"id": "mbr_x", "user_id": user, "organization_id": stand.theirs.id, "role": "member", "created_at": 0}
        with stand.house.desk.db.write() as connection:
            connection.execute(tables.memberships.insert(), row)  # the older membership: they act there by default
        stand.serving.rooms().refresh()
        await entered(stand, visit, "member")
        path = f"/v1/tokenry/members/{user}/sessions"
        assert (await stand.ask("DELETE", path, stand.ours.keys["admin"])).json()["deleted"] == 1
        (written,) = audited(stand, "user.sessions_ended")
        assert (written.organization_id, written.resource_id) == (stand.ours.id, user)
        assert written.actor_id == stand.ours.users["admin"]
        assert [row for row in audited(stand, "logout.succeeded") if row.resource_id == user] == []

    async def test_a_projects_key_speaks_of_no_sessions(self, stand: Stand) -> None:
        key = stand.project_key(stand.ours.projects[0], user_id=stand.ours.users["project_member"])
        for method in ("GET", "DELETE"):
            assert (await stand.ask(method, "/v1/tokenry/me/sessions", key)).status_code == 403


class TestInvites:
    def token(self, stand: Stand, email: str) -> str:
        return create_invite(stand.house.desk, local_actor(stand.ours.id), email, "auditor", {})[1]

    async def test_somebody_new_accepts_with_name_and_password_once(self, stand: Stand, visit: Visit) -> None:
        path, visitor = f"/invite/{self.token(stand, 'new@example.org')}", visit()
        assert "new@example.org" in (await visitor.get(path)).text
        assert (await visitor.post(path, name="New", password="short")).status_code == 400
        assert (await visitor.post(path, name="New", password=PASSWORD)).status_code == 303
        assert (await visitor.me()).json()["organizations"][0]["role"] == "auditor"
        assert (await visit().post(path, name="Two", password=PASSWORD)).status_code == 400
        assert (await visit().sign_in("new@example.org")).status_code == 303

    async def test_a_name_that_was_typed_stays_when_the_password_will_not_do(self, stand: Stand, visit: Visit) -> None:
        answer = await visit().post(f"/invite/{self.token(stand, 'new@example.org')}", name="New & Old", password="x")
        assert answer.status_code == 400
        assert 'value="New &amp; Old"' in answer.text

    async def test_who_has_an_account_signs_in_first(self, stand: Stand, visit: Visit) -> None:
        with stand.house.desk.db.write() as connection:
            row = {"id": "user_x", "name": "X", "email": "x@example.org", "created_at": 1}
            connection.execute(tables.users.insert(), row)
        stand.serving.rooms().refresh()
        stand.ours.users["x"] = "user_x"
        path, visitor = f"/invite/{self.token(stand, 'x@example.org')}", visit()
        assert (await visitor.post(path, name="X", password=PASSWORD)).status_code == 409
        answer = await visitor.sign_in(await with_password(stand, "x"), path=f"/sign-in?next={path}")
        assert answer.headers["location"] == path
        assert (await visitor.me()).status_code == 401, "they belong nowhere yet"
        assert (await visitor.post(path)).status_code == 403
        found = (await visitor.get(path)).text
        assert "You are signed in as x@example.org." in found
        csrf = found.split('name="csrf" value="')[1].split('"')[0]
        assert (await visitor.post(path, csrf=csrf)).status_code == 303
        assert (await visitor.me()).json()["organizations"][0]["role"] == "auditor"


@pytest.mark.parametrize(
    "wanted", ["https://evil.example", "//evil.example", "/\\evil.example", "/account/../x", "/docs", ""]
)
async def test_signing_in_leads_nowhere_but_to_pages_of_ours(stand: Stand, visit: Visit, wanted: str) -> None:
    answer = await visit().post(f"/sign-in?next={wanted}", email=await with_password(stand, "owner"), password=PASSWORD)
    assert (answer.status_code, answer.headers["location"]) == (303, "/account")


async def test_every_page_asks_nothing_of_others_and_cannot_be_framed(stand: Stand, visit: Visit) -> None:
    owner = await entered(stand, visit)
    for page in (await visit().get("/sign-in"), await owner.get("/account"), await visit().get("/sign-in/link/x")):
        policy = page.headers["content-security-policy"]
        assert policy.startswith("default-src 'none'; style-src 'sha256-")
        assert "frame-ancestors 'none'" in policy
        assert page.headers["cache-control"] == "no-store"
        assert page.headers["referrer-policy"] == "same-origin"
        assert "script-src 'self';" in policy
        assert page.text.count("<script") <= page.text.count('<script src="/sign-in/passkeys.js" defer></script>')
        assert " style=" not in page.text


async def test_a_command_in_an_error_is_shown_as_code(visit: Visit) -> None:
    found = (await visit().get("/sign-in/link/nothing")).text
    assert "<code>tokenry owner link</code>" in found
    assert "`" not in found.partition("<body>")[2]


async def test_what_somebody_types_is_shown_as_text(visit: Visit) -> None:
    page = await visit().sign_in('"><script>alert(1)</script>', "x")
    assert "<script>" not in page.text


@pytest.mark.parametrize("body", [b"\xff=\xff", b"a=1&" * 30, b"a" * 20_000])
async def test_a_form_that_cannot_be_is_refused_in_words(visit: Visit, body: bytes) -> None:
    headers = {"origin": "http://127.0.0.1:8080", "content-type": "application/x-www-form-urlencoded"}
    answer = await visit().http.post("/sign-in", content=body, headers=headers)
    assert answer.status_code == 400
    as_json = await visit().http.post("/sign-in", json={}, headers={"origin": "http://127.0.0.1:8080"})
    assert as_json.status_code == 400
