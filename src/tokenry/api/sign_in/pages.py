"""The pages of signing in, as HTML from plain values. Knows no requests and no rooms."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from urllib.parse import quote

from tokenry.access import Session
from tokenry.access.passkeys import Passkey
from tokenry.api.sign_in.look import field, form, frame, of_device, told
from tokenry.api.sign_in.script import SCRIPT_PATH
from tokenry.base.clock import to_datetime

PASSWORD_HINT = "12 characters or more; a few words in a row make a good one."  # noqa: S105 - words about one


def sign_in(
    providers: Sequence[tuple[str, str]],
    after: str | None,
    *,
    email: str = "",
    wrong: str | None = None,
    note: str | None = None,
) -> str:
    """The door: providers' buttons, and the form for a password.

    Args:
        providers: name and title of each.
        after: where it leads, a path of ours; None = home.
    """
    onward = "" if after is None else f"?next={quote(after, safe='')}"
    buttons = "".join(
        f'<a class="button quiet" href="/sign-in/{quote(name)}{onward}">Continue with {escape(title)}</a>'
        for name, title in providers
    )
    fields = (
        field("email", "E-mail", "username", value=email),
        field("password", "Password", "current-password"),
    )
    middle = '<div class="or">or</div>' if providers else ""
    passkey = of_device("enter", form("/sign-in", (), "Sign in with a passkey", css="quiet"))
    return frame(
        "Sign in",
        f"{told(wrong)}{told(note, good=True)}{form('/sign-in' + onward, fields, 'Sign in')}{passkey}{middle}{buttons}",
        script=SCRIPT_PATH,
    )


def link(token: str, *, name: str = "", email: str = "", wrong: str | None = None) -> str:
    """What a one-time link leads to: name, address and password of whoever it lets in."""
    fields = (
        field("name", "Your name", "name", value=name),
        field("email", "E-mail", "email", value=email, hint="You sign in with it."),
        field("password", "Password", "new-password", hint=PASSWORD_HINT),
    )
    return frame(
        "Welcome",
        '<p class="soft">You own this installation. Say who you are; the link works this once.</p>'
        + told(wrong)
        + form(f"/sign-in/link/{quote(token)}", fields, "Begin"),
    )


@dataclass(frozen=True, slots=True)
class Invited:
    """What an invite says: into which organization, at which address, as what; and who looks at it, if signed in."""

    where: str
    email: str
    role: str
    reader: str | None = None


def invite(told_of: Invited, token: str, csrf: str | None, *, name: str = "", wrong: str | None = None) -> str:
    """An invite: to be accepted by whoever is signed in, or by somebody new who says their name and password."""
    action = f"/invite/{quote(token)}"
    words = f"You are invited to {told_of.where} as {told_of.role}, at {told_of.email}."
    if csrf is not None:
        who = f'<p class="soft">You are signed in as {escape(told_of.reader or "somebody without an address")}.</p>'
        inside = who + form(action, (), "Accept", csrf=csrf)
    else:
        fields = (
            field("name", "Your name", "name", value=name),
            field("password", "A password for this place", "new-password", hint=PASSWORD_HINT),
        )
        door = f"/sign-in?next={quote(action, safe='')}"
        inside = form(action, fields, "Accept") + (
            f'<div class="or">or</div><a class="button quiet" href="{escape(door)}">I can sign in already</a>'
        )
    return frame("An invite", f'<p class="soft">{escape(words)}</p>{told(wrong)}{inside}')


@dataclass(frozen=True, slots=True)
class Account:
    """What one's own page shows. `places` are names of organizations and one's role in each."""

    passkeys: Sequence[Passkey]

    name: str
    email: str | None
    places: Sequence[tuple[str, str]]
    sessions: Sequence[Session]
    current: Session
    has_password: bool


def account(shown: Account, csrf: str, *, wrong: str | None = None, done: str | None = None) -> str:
    """One's own page: name, places, password, browsers."""
    roles = "; ".join(f"{role} in {place}" for place, role in shown.places) or "no organization yet"
    old = (field("old", "The password that you have", "current-password"),) if shown.has_password else ()
    # For password managers, which ask whose password it is.
    whose = f'<input type="text" name="username" autocomplete="username" value="{escape(shown.email or "")}" hidden>'
    fields = (whose, *old, field("password", "A new one", "new-password", hint=PASSWORD_HINT))
    return frame(
        "Your account",
        f'<p class="soft">{escape(shown.email or "")}{" · " if shown.email else ""}{escape(roles)}</p>{told(wrong)}'
        f"{told(done, good=True)}"
        + form("/account/name", (field("name", "Name", "name", value=shown.name),), "Save", csrf=csrf)
        + f"<h2>{'Change your password' if shown.has_password else 'Set a password'}</h2>"
        + form("/account/password", fields, "Change", csrf=csrf)
        + _passkeys(shown.passkeys, csrf)
        + "<h2>Where you are signed in</h2><ul>"
        + "".join(_session(one, csrf, current=one.id == shown.current.id) for one in shown.sessions)
        + '</ul><div class="row">'
        + form("/sign-out", (), "Sign out", csrf=csrf, css="quiet")
        + form("/account/sessions", (), "Sign out everywhere", csrf=csrf, css="quiet")
        + "</div>",
        wide=True,
        script=SCRIPT_PATH,
    )


def _passkeys(known: Sequence[Passkey], csrf: str) -> str:
    """Those that there are, each with a button that removes it, and the way to another one."""
    rows = "".join(
        f'<li><div>{escape(one.name)}<br><span class="soft">since {to_datetime(one.created_at):%Y-%m-%d}, '
        f"{_used(one)}</span></div>"
        + form(f"/account/passkeys/{one.id}/remove", (), "Remove", csrf=csrf, css="quiet small")
        + "</li>"
        for one in known
    )
    name = field("passkey", "What to call it", "off", hint="Such as the device that holds it.")
    adding = of_device("add", form("/account", (name,), "Add a passkey", csrf=csrf))
    words = "A key that your device holds: you sign in with its lock, without a password."
    return f'<h2>Passkeys</h2><p class="soft">{words}</p><ul>{rows}</ul>{adding}'


def _used(passkey: Passkey) -> str:
    return "never used" if passkey.used_at is None else f"used {to_datetime(passkey.used_at):%Y-%m-%d %H:%M} UTC"


def failed(title: str, words: str) -> str:
    """Something went wrong, and what to do."""
    return frame(title, f'{told(words)}<a class="button quiet" href="/sign-in">Sign in</a>')


def _session(one: Session, csrf: str, *, current: bool) -> str:
    seen = f"{to_datetime(one.seen_at):%Y-%m-%d %H:%M} UTC"
    words = f'<div>{escape(browser(one.agent))}<br><span class="soft">by {escape(one.method)}, used {seen}</span></div>'
    if current:
        return f'<li>{words}<span class="badge">this one</span></li>'
    return f"<li>{words}{form(f'/account/sessions/{one.id}', (), 'End', csrf=csrf, css='quiet small')}</li>"


def browser(agent: str | None) -> str:
    """`Firefox on Linux`, as far as a browser's name for itself lets one guess."""
    said = agent or ""
    kinds = (("Edg", "Edge"), ("OPR", "Opera"), ("Firefox", "Firefox"), ("Chrome", "Chrome"), ("Safari", "Safari"))
    systems = (
        ("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"), ("Mac OS", "macOS"),
        ("Linux", "Linux"),
    )  # fmt: skip
    kind = next((name for mark, name in kinds if mark in said), said.partition("/")[0][:40] or "A browser")
    system = next((name for mark, name in systems if mark in said), None)
    return f"{kind} on {system}" if system else kind
