"""The administrative act of letting somebody in without an invite: by whoever stands at the machine. Audited."""

from __future__ import annotations

from tokenry import storage
from tokenry.access.actor import Actor
from tokenry.access.audit import Desk
from tokenry.access.directory import User, checked_name
from tokenry.access.invites import checked_email
from tokenry.access.members import Standing
from tokenry.access.roles import OrganizationRole
from tokenry.base.errors import Conflict
from tokenry.base.ids import new_id

tables = storage.tables


def add_member(desk: Desk, by: Actor, email: str, name: str | None, role: OrganizationRole) -> Standing:
    """A member of the actor's organization: somebody new, or somebody who has a place in another one already.

    Args:
        email: by which people and sign-in providers know them; it is theirs alone.
        name: 1 to 100 printable characters; None = what stands before the @.

    Raises:
        InvalidRequest: an address or a name that cannot be.
        Conflict: they are a member already.
        PermissionDenied: it makes an owner, and the actor may not.
    """
    now_ns, email = desk.clock.now_ns(), checked_email(email)
    if role == "owner":
        by.require("owners.write")
    name = checked_name(email.partition("@")[0] if name is None else name)
    with desk.act(by, "user.added") as act:
        users, memberships = tables.users, tables.memberships
        row = act.connection.execute(users.select().where(users.c.email == email)).one_or_none()
        if row is None:
            user = User(new_id("user", at_ns=now_ns), name, email, now_ns, None)
            made = {"id": user.id, "name": user.name, "email": email, "created_at": now_ns}
            act.connection.execute(users.insert(), made)
        else:
            user = User(**row._asdict())
        place = {"user_id": user.id, "organization_id": by.organization_id}
        mine = memberships.select().filter_by(**place, project_id=None)
        if act.connection.execute(mine).first() is not None:
            raise Conflict("There is a member with this e-mail address already.", param="email")
        row_id = new_id("mbr", at_ns=now_ns)
        act.connection.execute(memberships.insert(), {"id": row_id, "role": role, "created_at": now_ns, **place})
        act.resource_id = user.id
        act.details["role"] = role
    return Standing(user, role, now_ns)
