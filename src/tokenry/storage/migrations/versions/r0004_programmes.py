"""Award programmes: calls, applications, reviews, decisions, awards with their tranches, reports and amendments."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from tokenry.storage.migrations.columns import json_column, number_column, text_column

revision = "r0004"
down_revision = "r0003"


def upgrade() -> None:
    """Move the schema one step on."""
    _programmes()
    _calls()
    _applications()
    _application_steps()
    _assignments()
    _decisions()
    _awards()
    _award_steps()
    _tranches()
    _award_reports()
    _amendments()


def _programmes() -> None:
    op.create_table(
        "programmes",
        text_column("id", required=True),
        text_column("organization_id", required=True),
        text_column("name", required=True),
        text_column("unit", required=True),
        text_column("pool_id", required=True),
        json_column("terms", required=True),
        number_column("revision", required=True),
        number_column("created_at", required=True),
        number_column("changed_at", required=True),
        number_column("closed_at"),
        sa.ForeignKeyConstraint(["organization_id"], ["organizations.id"], name="fk_programmes_organization_id"),
        sa.PrimaryKeyConstraint("id", name="pk_programmes"),
        sa.UniqueConstraint("organization_id", "name", name="uq_programmes_organization_id_name"),
    )


def _calls() -> None:
    op.create_table(
        "calls",
        text_column("id", required=True),
        text_column("programme_id", required=True),
        text_column("name", required=True),
        number_column("opens_at", required=True),
        number_column("closes_at", required=True),
        number_column("created_at", required=True),
        sa.ForeignKeyConstraint(["programme_id"], ["programmes.id"], name="fk_calls_programme_id"),
        sa.PrimaryKeyConstraint("id", name="pk_calls"),
        sa.UniqueConstraint("programme_id", "name", name="uq_calls_programme_id_name"),
    )
    op.create_index("ix_calls_programme_id", "calls", ["programme_id"])


def _applications() -> None:
    op.create_table(
        "applications",
        text_column("id", required=True),
        text_column("organization_id", required=True),
        text_column("programme_id", required=True),
        text_column("call_id", required=True),
        text_column("applicant_id", required=True),
        text_column("project_id"),
        text_column("renews"),
        text_column("tier", required=True),
        text_column("title", required=True),
        number_column("asked", required=True),
        json_column("answers", required=True),
        text_column("state", required=True),
        number_column("revision", required=True),
        number_column("created_at", required=True),
        number_column("changed_at", required=True),
        number_column("submitted_at"),
        sa.ForeignKeyConstraint(["applicant_id"], ["users.id"], name="fk_applications_applicant_id"),
        sa.ForeignKeyConstraint(["call_id"], ["calls.id"], name="fk_applications_call_id"),
        sa.ForeignKeyConstraint(["organization_id"], ["organizations.id"], name="fk_applications_organization_id"),
        sa.ForeignKeyConstraint(["programme_id"], ["programmes.id"], name="fk_applications_programme_id"),
        sa.ForeignKeyConstraint(["project_id"], ["projects.id"], name="fk_applications_project_id"),
        sa.PrimaryKeyConstraint("id", name="pk_applications"),
    )
    op.create_index("ix_applications_applicant_id", "applications", ["applicant_id"])
    op.create_index("ix_applications_call_id", "applications", ["call_id"])
    op.create_index("ix_applications_programme_id_state", "applications", ["programme_id", "state"])


def _application_steps() -> None:
    op.create_table(
        "application_steps",
        text_column("id", required=True),
        text_column("application_id", required=True),
        text_column("step", required=True),
        text_column("state", required=True),
        text_column("actor_id", required=True),
        text_column("words"),
        number_column("at", required=True),
        sa.ForeignKeyConstraint(["application_id"], ["applications.id"], name="fk_application_steps_application_id"),
        sa.PrimaryKeyConstraint("id", name="pk_application_steps"),
    )
    op.create_index("ix_application_steps_application_id", "application_steps", ["application_id"])


def _assignments() -> None:
    op.create_table(
        "assignments",
        text_column("id", required=True),
        text_column("application_id", required=True),
        text_column("reviewer_id", required=True),
        text_column("state", required=True),
        text_column("conflict"),
        json_column("scores"),
        text_column("comment"),
        text_column("words"),
        number_column("due_at", required=True),
        number_column("created_at", required=True),
        number_column("changed_at", required=True),
        sa.ForeignKeyConstraint(["application_id"], ["applications.id"], name="fk_assignments_application_id"),
        sa.ForeignKeyConstraint(["reviewer_id"], ["users.id"], name="fk_assignments_reviewer_id"),
        sa.PrimaryKeyConstraint("id", name="pk_assignments"),
        sa.UniqueConstraint("application_id", "reviewer_id", name="uq_assignments_application_id_reviewer_id"),
    )
    op.create_index("ix_assignments_reviewer_id", "assignments", ["reviewer_id"])


def _decisions() -> None:
    op.create_table(
        "decisions",
        text_column("id", required=True),
        text_column("application_id", required=True),
        text_column("outcome", required=True),
        number_column("amount"),
        number_column("days"),
        text_column("panel_note"),
        text_column("words"),
        text_column("conditions"),
        text_column("override"),
        json_column("supply"),
        json_column("terms"),
        text_column("decided_by", required=True),
        number_column("decided_at", required=True),
        text_column("accepted_by"),
        number_column("accepted_at"),
        sa.ForeignKeyConstraint(["application_id"], ["applications.id"], name="fk_decisions_application_id"),
        sa.PrimaryKeyConstraint("id", name="pk_decisions"),
        sa.UniqueConstraint("application_id", name="uq_decisions_application_id"),
    )


def _awards() -> None:
    op.create_table(
        "awards",
        text_column("id", required=True),
        text_column("organization_id", required=True),
        text_column("programme_id", required=True),
        text_column("project_id", required=True),
        text_column("application_id"),
        text_column("renews"),
        text_column("awardee_id"),
        text_column("name", required=True),
        text_column("unit", required=True),
        text_column("pool_id", required=True),
        text_column("state", required=True),
        number_column("amount", required=True),
        json_column("terms", required=True),
        number_column("begins_at", required=True),
        number_column("ends_at", required=True),
        number_column("created_at", required=True),
        number_column("changed_at", required=True),
        number_column("closed_at"),
        sa.ForeignKeyConstraint(["application_id"], ["applications.id"], name="fk_awards_application_id"),
        sa.ForeignKeyConstraint(["organization_id"], ["organizations.id"], name="fk_awards_organization_id"),
        sa.ForeignKeyConstraint(["programme_id"], ["programmes.id"], name="fk_awards_programme_id"),
        sa.ForeignKeyConstraint(["project_id"], ["projects.id"], name="fk_awards_project_id"),
        sa.PrimaryKeyConstraint("id", name="pk_awards"),
        sa.UniqueConstraint("application_id", name="uq_awards_application_id"),
    )
    op.create_index("ix_awards_programme_id", "awards", ["programme_id"])
    op.create_index("ix_awards_project_id", "awards", ["project_id"])


def _award_steps() -> None:
    op.create_table(
        "award_steps",
        text_column("id", required=True),
        text_column("award_id", required=True),
        text_column("step", required=True),
        text_column("state", required=True),
        text_column("actor_id", required=True),
        text_column("words"),
        json_column("details"),
        number_column("at", required=True),
        sa.ForeignKeyConstraint(["award_id"], ["awards.id"], name="fk_award_steps_award_id"),
        sa.PrimaryKeyConstraint("id", name="pk_award_steps"),
    )
    op.create_index("ix_award_steps_award_id", "award_steps", ["award_id"])


def _tranches() -> None:
    op.create_table(
        "tranches",
        text_column("id", required=True),
        text_column("award_id", required=True),
        number_column("number", required=True),
        number_column("amount", required=True),
        number_column("due_at"),
        text_column("report_id"),
        text_column("state", required=True),
        number_column("released_at"),
        sa.ForeignKeyConstraint(["award_id"], ["awards.id"], name="fk_tranches_award_id"),
        sa.PrimaryKeyConstraint("id", name="pk_tranches"),
        sa.UniqueConstraint("award_id", "number", name="uq_tranches_award_id_number"),
    )


def _award_reports() -> None:
    op.create_table(
        "award_reports",
        text_column("id", required=True),
        text_column("award_id", required=True),
        text_column("kind", required=True),
        number_column("number", required=True),
        number_column("due_at", required=True),
        text_column("state", required=True),
        text_column("text"),
        json_column("links"),
        text_column("submitted_by"),
        number_column("submitted_at"),
        text_column("decided_by"),
        text_column("words"),
        number_column("decided_at"),
        sa.ForeignKeyConstraint(["award_id"], ["awards.id"], name="fk_award_reports_award_id"),
        sa.PrimaryKeyConstraint("id", name="pk_award_reports"),
        sa.UniqueConstraint("award_id", "kind", "number", name="uq_award_reports_award_id_kind_number"),
    )


def _amendments() -> None:
    op.create_table(
        "amendments",
        text_column("id", required=True),
        text_column("award_id", required=True),
        text_column("kind", required=True),
        text_column("state", required=True),
        number_column("amount"),
        text_column("other_award_id"),
        number_column("until"),
        text_column("reason", required=True),
        text_column("words"),
        text_column("asked_by", required=True),
        text_column("decided_by"),
        number_column("created_at", required=True),
        number_column("decided_at"),
        sa.ForeignKeyConstraint(["award_id"], ["awards.id"], name="fk_amendments_award_id"),
        sa.PrimaryKeyConstraint("id", name="pk_amendments"),
    )
    op.create_index("ix_amendments_award_id", "amendments", ["award_id"])
