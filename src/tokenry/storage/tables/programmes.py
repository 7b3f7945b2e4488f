"""Award programmes: what is offered, who asked, who judged, what was decided, and what became of it.

Amounts are whole units of the programme: tokens, or nano-USD. The units themselves are in the ledger, under the award's
id; here stands what people said and decided about them.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, ForeignKey, Index, String, Table, UniqueConstraint

from tokenry.storage.tables.base import document, identity, metadata, moment

programmes = Table(
    "programmes",
    metadata,
    identity(),
    Column("organization_id", ForeignKey("organizations.id"), nullable=False),
    Column("name", String, nullable=False),
    Column("unit", String, nullable=False),  # tokens, usd
    Column("pool_id", String, nullable=False),  # of the ledger
    document("terms", required=True),
    Column("revision", BigInteger, nullable=False),  # counts changes, so that nobody overwrites what they have not seen
    moment("created_at", required=True),
    moment("changed_at", required=True),
    moment("closed_at"),
    UniqueConstraint("organization_id", "name"),
)

calls = Table(
    "calls",
    metadata,
    identity(),
    Column("programme_id", ForeignKey("programmes.id"), nullable=False, index=True),
    Column("name", String, nullable=False),
    moment("opens_at", required=True),
    moment("closes_at", required=True),
    moment("created_at", required=True),
    UniqueConstraint("programme_id", "name"),
)

applications = Table(
    "applications",
    metadata,
    identity(),
    Column("organization_id", ForeignKey("organizations.id"), nullable=False),
    Column("programme_id", ForeignKey("programmes.id"), nullable=False),
    Column("call_id", ForeignKey("calls.id"), nullable=False, index=True),
    Column("applicant_id", ForeignKey("users.id"), nullable=False, index=True),
    Column("project_id", ForeignKey("projects.id")),  # null = one is made when the award is accepted
    Column("renews", String),  # the award that this asks to go on
    Column("tier", String, nullable=False),
    Column("title", String, nullable=False),
    Column("asked", BigInteger, nullable=False),
    document("answers", required=True),
    Column("state", String, nullable=False),
    Column("revision", BigInteger, nullable=False),  # counts changes and steps
    moment("created_at", required=True),
    moment("changed_at", required=True),
    moment("submitted_at"),
    Index("ix_applications_programme_id_state", "programme_id", "state"),
)

application_steps = Table(
    "application_steps",
    metadata,
    identity(),
    Column("application_id", ForeignKey("applications.id"), nullable=False, index=True),
    Column("step", String, nullable=False),
    Column("state", String, nullable=False),  # after it
    Column("actor_id", String, nullable=False),
    Column("words", String),  # the reason, as the applicant may read it
    moment("at", required=True),
)

assignments = Table(
    "assignments",
    metadata,
    identity(),
    Column("application_id", ForeignKey("applications.id"), nullable=False),
    Column("reviewer_id", ForeignKey("users.id"), nullable=False, index=True),
    Column("state", String, nullable=False),  # assigned, clear, conflict, declined, scored, removed
    Column("conflict", String),  # what was declared
    document("scores"),  # criterion id -> points
    Column("comment", String),  # for the panel
    Column("words", String),  # for the applicant
    document("draft"),  # what is not handed in yet: scores, comment, words; the reviewer's own
    moment("due_at", required=True),
    moment("created_at", required=True),
    moment("changed_at", required=True),
    UniqueConstraint("application_id", "reviewer_id"),
)

decisions = Table(
    "decisions",
    metadata,
    identity(),
    Column("application_id", ForeignKey("applications.id"), nullable=False, unique=True),
    Column("outcome", String, nullable=False),  # approve, decline
    Column("amount", BigInteger),
    Column("days", BigInteger),
    Column("panel_note", String),  # for officers and reviewers
    Column("words", String),  # for the applicant
    Column("conditions", String),
    Column("override", String),  # why more is promised than can be delivered
    document("supply"),  # what it meant when it was decided
    document("terms"),  # what is accepted: restrictions, weights, tranches, reporting, conditions
    Column("decided_by", String, nullable=False),
    moment("decided_at", required=True),
    Column("accepted_by", String),
    moment("accepted_at"),
)

awards = Table(
    "awards",
    metadata,
    identity(),  # of the ledger's award
    Column("organization_id", ForeignKey("organizations.id"), nullable=False),
    Column("programme_id", ForeignKey("programmes.id"), nullable=False, index=True),
    Column("project_id", ForeignKey("projects.id"), nullable=False, index=True),
    Column("application_id", ForeignKey("applications.id"), unique=True),  # null = made by an officer
    Column("renews", String),  # the award before this one
    Column("awardee_id", String),  # a user; null = the project's owners
    Column("name", String, nullable=False),
    Column("unit", String, nullable=False),  # of the programme: tokens, usd
    Column("pool_id", String, nullable=False),  # of the programme
    Column("state", String, nullable=False),
    Column("amount", BigInteger, nullable=False),  # all tranches, supplements included
    document("terms", required=True),
    moment("begins_at", required=True),
    moment("ends_at", required=True),
    moment("created_at", required=True),
    moment("changed_at", required=True),
    moment("closed_at"),
)

award_steps = Table(
    "award_steps",
    metadata,
    identity(),
    Column("award_id", ForeignKey("awards.id"), nullable=False, index=True),
    Column("step", String, nullable=False),
    Column("state", String, nullable=False),  # after it
    Column("actor_id", String, nullable=False),
    Column("words", String),  # the reason, as the awardee may read it
    document("details"),
    moment("at", required=True),
)

tranches = Table(
    "tranches",
    metadata,
    identity(),
    Column("award_id", ForeignKey("awards.id"), nullable=False),
    Column("number", BigInteger, nullable=False),  # from 1
    Column("amount", BigInteger, nullable=False),
    moment("due_at"),  # null = with an accepted report
    Column("report_id", String),  # the report that releases it
    Column("state", String, nullable=False),  # waiting, releasing, released, cancelled
    moment("released_at"),
    UniqueConstraint("award_id", "number"),
)

award_reports = Table(
    "award_reports",
    metadata,
    identity(),
    Column("award_id", ForeignKey("awards.id"), nullable=False),
    Column("kind", String, nullable=False),  # progress, final
    Column("number", BigInteger, nullable=False),
    moment("due_at", required=True),
    Column("state", String, nullable=False),  # due, submitted, returned, accepted, waived
    Column("text", String),
    document("links"),
    Column("submitted_by", String),
    moment("submitted_at"),
    Column("decided_by", String),
    Column("words", String),  # of whoever decided
    moment("decided_at"),
    UniqueConstraint("award_id", "kind", "number"),
)

amendments = Table(
    "amendments",
    metadata,
    identity(),
    Column("award_id", ForeignKey("awards.id"), nullable=False, index=True),
    Column("kind", String, nullable=False),  # supplement, extension, transfer, withdrawal
    Column("state", String, nullable=False),  # asked, doing, done, denied, withdrawn
    Column("amount", BigInteger),
    Column("other_award_id", String),  # where a transfer goes
    moment("until"),  # the new end
    Column("reason", String, nullable=False),
    Column("words", String),  # of whoever decided
    Column("asked_by", String, nullable=False),
    Column("decided_by", String),
    moment("created_at", required=True),
    moment("decided_at"),
)
