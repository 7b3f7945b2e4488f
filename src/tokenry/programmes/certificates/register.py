"""The certificates that there are: each issued once for an organization and a threshold, and signed anew when asked.

A certificate, its row in the audit log and its news are one transaction. Knows no milestones that are not durable yet:
whoever issues has seen their settlement on disk.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final

import msgspec

from tokenry import storage
from tokenry.access import Act, Actor, Desk, append_audit
from tokenry.base.errors import InvalidRequest, NotFound
from tokenry.base.ids import new_id
from tokenry.ledger import Milestone
from tokenry.notify import News, Notices
from tokenry.programmes.certificates.keys import KeyRing
from tokenry.programmes.certificates.statement import Certificate, Statement, canonical, moment
from tokenry.programmes.office import house_actor
from tokenry.storage import Transaction

table = storage.tables.certificates
NAME_LENGTH_MAX: Final = 200


@dataclass(frozen=True, slots=True)
class Named:
    """What a certificate calls those it speaks of."""

    issuer: str
    organization: str


@dataclass(frozen=True, slots=True)
class Reached:
    """A milestone whose settlement is on disk, at `position` of the journal; 0 = its row is no longer kept."""

    milestone: Milestone
    position: int


class Register:
    """The certificates of one installation. Calls block for a transaction."""

    def __init__(self, desk: Desk, notices: Notices, keys: KeyRing) -> None:
        self.desk = desk
        self.keys = keys
        self._notices = notices

    def issue(self, reached: Reached, named: Named, addresses: Sequence[str] = ()) -> Certificate | None:
        """Sign a milestone's certificate and tell of it; None = there is one already.

        Args:
            addresses: whom to mail the news to.

        Raises:
            StorageError: the key cannot be read, or app.db not be written.
        """
        one = reached.milestone
        with self.desk.db.read() as connection:
            if _holds(connection, one):
                return None
        key = self.keys.current()
        now_ns = self.desk.clock.now_ns()
        statement = Statement(
            type="tokenry.milestone",
            version=1,
            id=new_id("cert", at_ns=now_ns),
            edition=1,
            issuer=named.issuer,
            organization=named.organization,
            organization_id=one.organization_id,
            threshold_tokens=one.threshold,
            reached_at=moment(one.at),
            issued_at=moment(now_ns),
            request_sha256=sha256(one.request_id.encode()).hexdigest(),
            ledger_position=reached.position,
            key_id=key.id,
        )
        certificate = Certificate(statement=statement, signature=key.sign(statement))
        noted = {"threshold_tokens": one.threshold, "key_id": key.id}
        with self.desk.db.write() as connection:
            if _holds(connection, one):  # somebody else was quicker
                return None
            connection.execute(table.insert(), _row(certificate, now_ns))
            act = Act(connection, "certificate.issued", statement.id, None, noted)
            append_audit(connection, self.desk.clock, house_actor(one.organization_id), act)
            self._notices.tell_within(connection, _news(statement), addresses)
        self._notices.on_waiting()
        return certificate

    def reissue(self, by: Actor, certificate_id: str, issuer: str, organization: str) -> Certificate:
        """Sign a certificate of the actor's organization anew, under these names and with the key of today.

        Raises:
            NotFound: there is none. InvalidRequest: a name that cannot stand on it. StorageError: as `issue`.
        """
        organization = _checked(organization)
        key = self.keys.current()
        now_ns = self.desk.clock.now_ns()
        with self.desk.act(by, "certificate.reissued", certificate_id) as act:
            old = _found(act.connection, certificate_id, by.organization_id).statement
            statement = msgspec.structs.replace(
                old, edition=old.edition + 1, issuer=issuer, organization=organization, issued_at=moment(now_ns),
                key_id=key.id,
            )  # fmt: skip
            certificate = Certificate(statement=statement, signature=key.sign(statement))
            act.details |= {"edition": statement.edition, "key_id": key.id}
            act.connection.execute(table.update().where(table.c.id == certificate_id), _row(certificate, now_ns))
        return certificate

    def rotate_key(self, by: Actor) -> str:
        """Another key from now on; its id. Raises StorageError."""
        with self.desk.act(by, "certificate_key.rotated") as act:
            act.resource_id = self.keys.rotate(act.connection).id
        return act.resource_id

    def listing(self, organization_id: str | None = None) -> list[Certificate]:
        """Those of an organization, or all; the largest threshold first."""
        query = table.select().order_by(table.c.threshold.desc(), table.c.issued_at.desc(), table.c.id)
        if organization_id is not None:
            query = query.where(table.c.organization_id == organization_id)
        with self.desk.db.read() as connection:
            return [_of_row(row) for row in connection.execute(query)]

    def find(self, certificate_id: str, organization_id: str | None = None) -> Certificate:
        """The one with this id, seen from one organization if given. Raises NotFound."""
        with self.desk.db.read() as connection:
            return _found(connection, certificate_id, organization_id)


def _holds(connection: Transaction, milestone: Milestone) -> bool:
    mine = (table.c.organization_id == milestone.organization_id) & (table.c.threshold == milestone.threshold)
    return connection.execute(table.select().where(mine)).first() is not None


def _found(connection: Transaction, certificate_id: str, organization_id: str | None) -> Certificate:
    query = table.select().where(table.c.id == certificate_id)
    if organization_id is not None:
        query = query.where(table.c.organization_id == organization_id)
    row = connection.execute(query).one_or_none()
    if row is None:
        raise NotFound(f"There is no certificate {certificate_id[:100]!r}.", param="certificate_id")
    return _of_row(row)


def _of_row(row: Any) -> Certificate:
    return Certificate(statement=msgspec.json.decode(row.statement, type=Statement), signature=row.signature)


def _row(certificate: Certificate, now_ns: int) -> dict[str, Any]:
    statement = certificate.statement
    return {
        "id": statement.id, "organization_id": statement.organization_id, "threshold": statement.threshold_tokens,
        "edition": statement.edition, "statement": canonical(statement).decode(), "signature": certificate.signature,
        "key_id": statement.key_id, "issued_at": now_ns,
    }  # fmt: skip


def _news(statement: Statement) -> News:
    return News(
        organization_id=statement.organization_id,
        type="milestone.reached",
        occasion=f"milestone:{statement.organization_id}:{statement.threshold_tokens}",
        data={
            "certificate_id": statement.id,
            "threshold_tokens": statement.threshold_tokens,
            "reached_at": statement.reached_at,
            "verify_path": f"/verify/{statement.id}",
        },
    )


def _checked(name: str) -> str:
    name = name.strip()
    if not 0 < len(name) <= NAME_LENGTH_MAX or not name.isprintable():
        raise InvalidRequest(f"A name has 1 to {NAME_LENGTH_MAX} printable characters.", param="name")
    return name
