"""Who somebody is here that a provider vouches for: known already, found by their address, or new; and in which place.

All in one transaction with its audit rows. An address links to a person of ours only when the provider says that it is
verified, and only to somebody who is in the provider's organization or invited there. Nobody has shown yet that whoever
set that person's password had the address, so what could be somebody else's way in ends with the link. What a group
there means here is a pure rule, `role_by_groups`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from tokenry import storage
from tokenry.access.actor import Actor
from tokenry.access.audit import Act, Desk, append
from tokenry.access.oidc.claims import Person
from tokenry.access.oidc.provider import Provider, SignInRefused
from tokenry.access.roles import OrganizationRole
from tokenry.base.addresses import address_key
from tokenry.base.ids import new_id
from tokenry.storage import Transaction

tables = storage.tables
STRONGEST_FIRST: Final[tuple[OrganizationRole, ...]] = ("owner", "admin", "officer", "auditor", "reviewer", "member")


@dataclass(frozen=True, slots=True)
class Joined:
    """Whom a sign-in is for, and what it changed: a new person, an identity linked by its address, anything at all."""

    user_id: str
    created: bool
    linked: bool
    changed: bool


def role_by_groups(
    current: OrganizationRole | None, groups: tuple[str, ...] | None, provider: Provider
) -> OrganizationRole | None:
    """The role somebody has from now on; None = no place here.

    The strongest role that a group gives counts. A role that the provider could have given, and no longer gives, falls
    back to the default; one that it never gives was given by hand, and stays unless a group gives a stronger one.
    """
    if groups is None or not provider.roles:
        return current or provider.default_role
    given = {provider.roles[group] for group in groups if group in provider.roles}
    by_hand = current is not None and current not in provider.roles.values()
    if by_hand and current is not None:
        given.add(current)
    if given:
        return min(given, key=STRONGEST_FIRST.index)
    return provider.default_role or (None if current is None else "member")


def join(desk: Desk, provider: Provider, person: Person, invited: str | None) -> Joined:
    """Find or make the person, and put them in their place. Blocks for one transaction.

    Args:
        invited: the address of a valid invite that they bring; whoever has it, verified, may come in without a role.

    Raises:
        SignInRefused: they have no place here, or are disabled.
    """
    with desk.db.write() as connection:
        user_id, linked = _known(connection, provider, person), False
        if user_id is None and person.email is not None and person.email_verified:
            user_id = _by_email(connection, desk, provider, person.email)
            linked = user_id is not None
        created = user_id is None
        if user_id is None:
            user_id = _create(connection, desk, person)
        _refuse_disabled(connection, user_id)
        by = Actor("session", user_id, provider.organization_id, user_id, frozenset())
        if linked:
            _end_other_ways(connection, desk, provider, by)
        if created or linked:
            _identify(connection, desk, provider, person, user_id)
        moved = _place(connection, desk, provider, person, by)
        if created and not moved:
            append(connection, desk.clock, by, Act(connection, "user.added", user_id, details=_by(provider)))
        _refuse_homeless(connection, provider, person, user_id, invited)
        grouped = _group(connection, desk, provider, person, by)
        return Joined(user_id, created, linked, created or linked or moved or grouped)


def _known(connection: Transaction, provider: Provider, person: Person) -> str | None:
    table = tables.identities
    same = (table.c.provider == provider.name) & (table.c.subject == person.subject)
    row = connection.execute(table.select().where(same)).one_or_none()
    return None if row is None else str(row.user_id)


def _by_email(connection: Transaction, desk: Desk, provider: Provider, email: str) -> str | None:
    """The person with this address; they must be in the provider's organization, or invited to it.

    Raises:
        SignInRefused: they are neither: a provider that one organization trusts is nobody to another.
    """
    wanted = address_key(email)
    rows = connection.execute(tables.users.select().where(tables.users.c.email.is_not(None)))
    found = [row.id for row in rows if address_key(row.email) == wanted]
    if len(found) != 1:
        return None
    if not _is_member(connection, provider, found[0]) and not _is_invited(connection, desk, provider, wanted):
        raise SignInRefused(
            "There is an account with your address here, and it has no place in this organization: ask an "
            "administrator for an invite."
        )
    return str(found[0])


def _is_member(connection: Transaction, provider: Provider, user_id: str) -> bool:
    columns = tables.memberships.c
    here = (columns.user_id == user_id) & (columns.organization_id == provider.organization_id)
    return connection.execute(tables.memberships.select().where(here)).first() is not None


def _is_invited(connection: Transaction, desk: Desk, provider: Provider, wanted: str) -> bool:
    columns = tables.invites.c
    pending = (columns.organization_id == provider.organization_id) & (columns.expires_at > desk.clock.now_ns())
    pending &= columns.accepted_at.is_(None) & columns.deleted_at.is_(None)
    return any(address_key(row.email) == wanted for row in connection.execute(tables.invites.select().where(pending)))


def _end_other_ways(connection: Transaction, desk: Desk, provider: Provider, by: Actor) -> None:
    """Password, passkeys, sessions and admin keys of somebody who comes by a provider for the first time; audited.

    They may be of somebody who was handed an invite to this address and never had it.
    """
    now_ns, mine = desk.clock.now_ns(), tables.identities.c.user_id == by.id
    if connection.execute(tables.identities.select().where(mine)).first() is not None:
        return
    for opens in (tables.passwords, tables.passkeys):
        connection.execute(opens.delete().where(opens.c.user_id == by.id))
    for table in (tables.sessions, tables.admin_keys):
        live = (table.c.user_id == by.id) & table.c.revoked_at.is_(None)
        connection.execute(table.update().where(live), {"revoked_at": now_ns})
    told = {"linked": True, "password": "removed", "passkeys": "removed", "sessions": "ended", "admin_keys": "revoked"}
    append(connection, desk.clock, by, Act(connection, "user.updated", by.id, details=told | _by(provider)))


def _create(connection: Transaction, desk: Desk, person: Person) -> str:
    email = address_key(person.email) if person.email is not None and person.email_verified else None
    user_id, now_ns = new_id("user", at_ns=desk.clock.now_ns()), desk.clock.now_ns()
    name = person.name or (email or "somebody").partition("@")[0][:100]
    connection.execute(tables.users.insert(), {"id": user_id, "name": name, "email": email, "created_at": now_ns})
    return user_id


def _identify(connection: Transaction, desk: Desk, provider: Provider, person: Person, user_id: str) -> None:
    now_ns = desk.clock.now_ns()
    row = {"id": new_id("idn", at_ns=now_ns), "user_id": user_id, "provider": provider.name, "created_at": now_ns}
    connection.execute(tables.identities.insert(), {**row, "subject": person.subject})


def _refuse_disabled(connection: Transaction, user_id: str) -> None:
    row = connection.execute(tables.users.select().where(tables.users.c.id == user_id)).one()
    if row.disabled_at is not None or row.erased_at is not None:
        raise SignInRefused("This account is disabled; ask an administrator.")


def _place(connection: Transaction, desk: Desk, provider: Provider, person: Person, by: Actor) -> bool:
    """Their role in the provider's organization; whether it changed."""
    table, user_id = tables.memberships, by.id
    here = (table.c.user_id == user_id) & (table.c.organization_id == provider.organization_id)
    here &= table.c.project_id.is_(None)
    row = connection.execute(table.select().where(here)).one_or_none()
    current = None if row is None else row.role
    role = role_by_groups(current, person.groups, provider)
    if role is None or role == current or (current == "owner" and _is_last_owner(connection, provider, user_id)):
        return False
    if row is None:
        now_ns = desk.clock.now_ns()
        made = {"id": new_id("mbr", at_ns=now_ns), "user_id": user_id, "organization_id": provider.organization_id}
        connection.execute(table.insert(), {**made, "role": role, "created_at": now_ns})
    else:
        connection.execute(table.update().where(here), {"role": role})
    kind = "user.added" if row is None else "user.updated"
    append(connection, desk.clock, by, Act(connection, kind, user_id, details={"role": role, **_by(provider)}))
    return True


def _is_last_owner(connection: Transaction, provider: Provider, user_id: str) -> bool:
    columns = tables.memberships.c
    others = tables.memberships.join(tables.users).select().where(
        columns.organization_id == provider.organization_id, columns.project_id.is_(None), columns.role == "owner",
        columns.user_id != user_id, tables.users.c.disabled_at.is_(None),
    )  # fmt: skip
    return connection.execute(others).first() is None


def _refuse_homeless(
    connection: Transaction, provider: Provider, person: Person, user_id: str, invited: str | None
) -> None:
    """Whoever has no place in the provider's organization comes in only to accept an invite. Raising undoes all."""
    if _is_member(connection, provider, user_id):
        return
    if invited is None or not person.email_verified or address_key(person.email or "") != address_key(invited):
        raise SignInRefused("You have no place here yet: ask an administrator for an invite.")


def _group(connection: Transaction, desk: Desk, provider: Provider, person: Person, by: Actor) -> bool:
    """Groups here that are called like groups there: in those, and in no other that this provider had put them in."""
    if person.groups is None:
        return False
    table, now_ns = tables.group_members, desk.clock.now_ns()
    ours = tables.groups.select().where(tables.groups.c.organization_id == provider.organization_id)
    by_name: dict[str, str] = {row.name: row.id for row in connection.execute(ours)}
    rows: list[Any] = list(connection.execute(table.select().where(table.c.user_id == by.id)))
    present = {row.group_id for row in rows}
    through = {row.group_id for row in rows if row.source == provider.name} & set(by_name.values())
    wanted = {by_name[name] for name in person.groups if name in by_name}
    for group_id in sorted(wanted - present):
        row = {"group_id": group_id, "user_id": by.id, "source": provider.name, "created_at": now_ns}
        connection.execute(table.insert(), row)
    for group_id in sorted(through - wanted):
        connection.execute(table.delete().where(table.c.group_id == group_id, table.c.user_id == by.id))
    for group_id in sorted((wanted - present) | (through - wanted)):
        told = {"user_id": by.id, "added": group_id in wanted, **_by(provider)}
        append(connection, desk.clock, by, Act(connection, "group.updated", group_id, details=told))
    return bool((wanted - present) or (through - wanted))


def _by(provider: Provider) -> dict[str, Any]:
    return {"provider": provider.name}
