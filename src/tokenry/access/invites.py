"""Invites: somebody is to join an organization, says whoever holds the token, which is kept as a hash alone.

An invite is for one e-mail address, opens once, and only until it expires. Knows no mail and no sign-in: who sends the
token, and how the person who accepts came to be, is decided elsewhere.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Literal
from unicodedata import name as name_of
from unicodedata import normalize

from tokenry import storage
from tokenry.access.actor import Actor
from tokenry.access.audit import Act, Desk, append
from tokenry.access.roles import OF_ORGANIZATION, OrganizationRole, ProjectRole
from tokenry.access.secret import digest, new_secret
from tokenry.base.addresses import address_key
from tokenry.base.clock import NS_PER_S, isoformat
from tokenry.base.errors import Conflict, InvalidRequest, NotFound
from tokenry.base.ids import new_id
from tokenry.storage import AppDb, Transaction

tables = storage.tables
_invites, _memberships, _users = tables.invites, tables.memberships, tables.users
INVITE_MARK = "inv-tok-"
LIFE_NS = 7 * 86_400 * NS_PER_S
EMAIL_LENGTH_MAX = 254  # RFC 5321 §4.5.3.1.3, less the angle brackets
PROJECTS_MAX = 100
_PART = r"[^@.\s<>()\[\],;:\"\\]+"
_EMAIL = re.compile(rf"(?=.{{1,64}}@){_PART}(\.{_PART})*@{_PART}(\.{_PART})*")
_LOOKALIKES = {"LATIN", "CYRILLIC", "GREEK", "ARMENIAN"}  # alphabets with letters that look like each other's
A_DAY_MAX = 5  # invites to one address by one organization, whatever became of them
PENDING_MAX = 1000  # invites that wait in one organization

InviteState = Literal["pending", "accepted", "expired"]


@dataclass(frozen=True, slots=True)
class Invite:
    """An invite as it may be shown. Times are nanoseconds since the epoch; `projects` is project id -> role there."""

    id: str
    organization_id: str
    email: str
    role: OrganizationRole
    projects: dict[str, ProjectRole]
    created_by: str | None
    created_at: int
    expires_at: int
    accepted_at: int | None

    def state(self, now_ns: int) -> InviteState:
        """What has become of it by a time."""
        if self.accepted_at is not None:
            return "accepted"
        return "expired" if now_ns >= self.expires_at else "pending"


def checked_email(email: str) -> str:
    """The address without blanks around it, in lower case. Raises InvalidRequest unless it can be one."""
    email = email.strip().lower()
    if len(email) > EMAIL_LENGTH_MAX or not email.isprintable() or _EMAIL.fullmatch(email) is None or "=?" in email:
        raise InvalidRequest("That is no e-mail address.", param="email")
    # Two addresses that look alike, or are alike to some who compare them, must not be two people.
    if normalize("NFKC", email).casefold() != email or len(_scripts(email) & _LOOKALIKES) > 1:
        raise InvalidRequest("The address has characters that pass for others: write it plainly.", param="email")
    return email


def _scripts(text: str) -> set[str]:
    """The alphabets that letters are of, by the first word of their Unicode name: LATIN, CYRILLIC, …"""
    return {name_of(char, "").partition(" ")[0] for char in text if char.isalpha()}


def create_invite(
    desk: Desk, by: Actor, email: str, role: OrganizationRole, projects: dict[str, ProjectRole]
) -> tuple[Invite, str]:
    """Invite somebody; the token in the answer is told this once.

    Raises:
        InvalidRequest: the address cannot be, or a project is archived.
        PermissionDenied: an owner is to be made, and the actor may not.
        NotFound: there is no such project.
        Conflict: they are a member, or an invite waits for them.
    """
    now_ns, email = desk.clock.now_ns(), checked_email(email)
    if role == "owner":
        by.require("owners.write")
    if len(projects) > PROJECTS_MAX:
        raise InvalidRequest(f"An invite opens at most {PROJECTS_MAX} projects.", param="projects")
    _, token = new_secret(INVITE_MARK)
    invite = Invite(
        new_id("invite", at_ns=now_ns), by.organization_id, email, role, projects, by.user_id or by.id, now_ns,
        now_ns + LIFE_NS, None,
    )  # fmt: skip
    with desk.act(by, "invite.sent", invite.id) as act:
        _refuse_known(act.connection, invite, now_ns)
        for project_id in projects:
            _open_project(act.connection, by.organization_id, project_id)
        act.details["role"] = role
        row = {name: getattr(invite, name) for name in Invite.__slots__}
        row["projects"] = [{"id": project_id, "role": within} for project_id, within in projects.items()]
        act.connection.execute(_invites.insert(), {**row, "sha256": digest(token.encode())})
    return invite, token


def list_invites(db: AppDb, organization_id: str) -> list[Invite]:
    """Those of an organization that were not deleted, oldest first. Blocks for one read."""
    query = _invites.select().where(_invites.c.organization_id == organization_id, _invites.c.deleted_at.is_(None))
    with db.read() as connection:
        return [_invite(row) for row in connection.execute(query.order_by(_invites.c.created_at, _invites.c.id))]


def get_invite(db: AppDb, organization_id: str, invite_id: str) -> Invite:
    """One of them. Raises NotFound. Blocks for one read."""
    with db.read() as connection:
        return _one(connection, organization_id, invite_id)


def delete_invite(desk: Desk, by: Actor, invite_id: str) -> None:
    """Take an invite back; its token opens nothing any more. Raises NotFound, InvalidRequest once it was accepted."""
    with desk.act(by, "invite.deleted", invite_id) as act:
        invite = _one(act.connection, by.organization_id, invite_id)
        if invite.role == "owner":
            by.require("owners.write")
        if invite.accepted_at is not None:
            raise InvalidRequest(
                "The invite was accepted and cannot be taken back: remove the user instead.", param="invite_id"
            )
        now = {"deleted_at": desk.clock.now_ns()}
        act.connection.execute(_invites.update().where(_invites.c.id == invite_id), now)


def find_invite(desk: Desk, token: str) -> Invite:
    """The invite that a token opens, for whoever asks before they accept. Blocks for one read.

    Raises:
        NotFound: there is none, or it was taken back.
        InvalidRequest: it was used, or has expired.
    """
    with desk.db.read() as connection:
        return _acceptable(connection, token, desk.clock.now_ns())


def accept_invite(desk: Desk, token: str, user_id: str) -> Invite:
    """Make somebody a member, as their invite says. One transaction, audited; whoever calls reads people again.

    A role they have got in the meantime stays; a project archived in the meantime is left out.

    Raises:
        NotFound: there is no such invite, or it was taken back.
        InvalidRequest: it was used or has expired, is for somebody else's address, or whoever made it may not any more.
    """
    now_ns = desk.clock.now_ns()
    with desk.db.write() as connection:
        invite = _acceptable(connection, token, now_ns)
        _refuse_stranger(connection, invite, user_id)
        _refuse_fallen(connection, invite)
        connection.execute(_invites.update().where(_invites.c.id == invite.id), {"accepted_at": now_ns})
        for project_id, role in [(None, invite.role), *_still_open(connection, invite)]:
            same = (_memberships.c.user_id == user_id) & (_memberships.c.organization_id == invite.organization_id)
            if connection.execute(_memberships.select().where(same, _memberships.c.project_id == project_id)).first():
                continue
            row = {"user_id": user_id, "organization_id": invite.organization_id, "project_id": project_id}
            connection.execute(
                _memberships.insert(), {**row, "id": new_id("mbr"), "role": role, "created_at": now_ns}
            )  # fmt: skip
        by = Actor("session", user_id, invite.organization_id, user_id, frozenset())
        append(connection, desk.clock, by, Act(connection, "invite.accepted", invite.id))
        append(connection, desk.clock, by, Act(connection, "user.added", user_id, details={"role": invite.role}))
    return invite


def _acceptable(connection: Transaction, token: str, now_ns: int) -> Invite:
    sha256 = digest(token.encode(errors="replace"))
    row = connection.execute(_invites.select().where(_invites.c.sha256 == sha256)).one_or_none()
    if row is None or row.deleted_at is not None:
        raise NotFound("There is no such invite: it was taken back, or its link was cut in copying.", param="token")
    invite = _invite(row)
    if invite.accepted_at is not None:
        raise InvalidRequest(f"The invite was used at {isoformat(invite.accepted_at)}: sign in.", param="token")
    if now_ns >= invite.expires_at:
        raise InvalidRequest(
            f"The invite expired at {isoformat(invite.expires_at)}: ask whoever sent it for another.", param="token"
        )
    return invite


def _refuse_stranger(connection: Transaction, invite: Invite, user_id: str) -> None:
    user = connection.execute(_users.select().where(_users.c.id == user_id)).one_or_none()
    if user is None or user.disabled_at is not None or user.erased_at is not None:
        raise NotFound(f"There is no user {user_id[:100]!r}.", param="user_id")
    if user.email is not None and address_key(user.email) != address_key(invite.email):
        raise InvalidRequest("The invite is for another e-mail address than yours.", param="token")


def _refuse_fallen(connection: Transaction, invite: Invite) -> None:
    """An invite does not outlive the power that made it: the person behind it must still be able to make it."""
    maker = connection.execute(_users.select().where(_users.c.id == invite.created_by)).one_or_none()
    if maker is None:  # the machine's own command line
        return
    here = (_memberships.c.organization_id == invite.organization_id) & _memberships.c.project_id.is_(None)
    row = connection.execute(_memberships.select().where(here, _memberships.c.user_id == maker.id)).one_or_none()
    held = OF_ORGANIZATION[row.role] if row is not None and maker.disabled_at is None else frozenset()
    if not {"members.write", *(("owners.write",) if invite.role == "owner" else ())} <= held:
        raise InvalidRequest("Whoever sent the invite may not invite you any more: ask for another.", param="token")


def _refuse_known(connection: Transaction, invite: Invite, now_ns: int) -> None:
    same = (_invites.c.organization_id == invite.organization_id) & (_invites.c.email == invite.email)
    pending = _invites.c.accepted_at.is_(None) & _invites.c.deleted_at.is_(None) & (_invites.c.expires_at > now_ns)
    waiting = connection.execute(_invites.select().where(same, pending)).first()
    if waiting is not None:
        raise Conflict(f"The invite {waiting.id} waits for them already: delete it first.", param="email")
    today = _invites.select().where(same, _invites.c.created_at > now_ns - 86_400 * NS_PER_S)
    if len(connection.execute(today).all()) >= A_DAY_MAX:
        raise InvalidRequest(f"They were invited {A_DAY_MAX} times within a day: try again tomorrow.", param="email")
    others = _invites.select().where(_invites.c.organization_id == invite.organization_id, pending).limit(PENDING_MAX)
    if len(connection.execute(others).all()) >= PENDING_MAX:
        raise InvalidRequest(f"{PENDING_MAX} invites wait already, which is all there may be: delete some.")
    here = _memberships.join(_users).select().where(_memberships.c.organization_id == invite.organization_id)
    if connection.execute(here.where(_users.c.email.ilike(_literal(invite.email), escape="\\"))).first() is not None:
        raise Conflict("They are a member of the organization already.", param="email")


def _literal(text: str) -> str:
    """A text that LIKE takes for itself."""
    return re.sub(r"([\\%_])", r"\\\1", text)


def _open_project(connection: Transaction, organization_id: str, project_id: str) -> None:
    projects = tables.projects
    mine = (projects.c.id == project_id) & (projects.c.organization_id == organization_id)
    row = connection.execute(projects.select().where(mine)).one_or_none()
    if row is None:
        raise NotFound(f"There is no project {project_id[:100]!r}.", param="projects")
    if row.archived_at is not None:
        raise InvalidRequest(f"The project {project_id} is archived.", param="projects")


def _still_open(connection: Transaction, invite: Invite) -> list[tuple[str, str]]:
    projects = tables.projects
    live = connection.execute(projects.select().where(projects.c.archived_at.is_(None)))
    mine = {row.id for row in live if row.organization_id == invite.organization_id}
    return [(project_id, role) for project_id, role in invite.projects.items() if project_id in mine]


def _one(connection: Transaction, organization_id: str, invite_id: str) -> Invite:
    mine = (_invites.c.id == invite_id) & (_invites.c.organization_id == organization_id)
    row = connection.execute(_invites.select().where(mine, _invites.c.deleted_at.is_(None))).one_or_none()
    if row is None:
        raise NotFound(f"There is no invite {invite_id[:100]!r}.", param="invite_id")
    return _invite(row)


def _invite(row: Any) -> Invite:
    fields = {name: getattr(row, name) for name in Invite.__slots__ if name != "projects"}
    return Invite(**fields, projects={one["id"]: one["role"] for one in row.projects})
