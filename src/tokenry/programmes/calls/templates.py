"""Three programmes to begin with: research access, credits for start-ups, a classroom. What they say can be changed.

Tiers, questions and rubrics follow what research allocations ask for. Source of the tiers' names and of their rising
demands: https://allocations.access-ci.org/project-types
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from tokenry.base.units import NANO_PER_USD
from tokenry.programmes.terms import (
    Criterion,
    Field,
    Reporting,
    Restrictions,
    Terms,
    Tier,
    Tranches,
    UnitName,
)


@dataclass(frozen=True, slots=True)
class Template:
    """What a new programme begins with. `cap`: of its pool, in whole units."""

    id: str
    label: str
    unit: UnitName
    cap: int
    terms: Terms


_TITLE_HELP = "What you will do, with which models, and how you know that it worked."
_RESEARCH = Template(
    id="research",
    label="research access",
    unit="tokens",
    cap=10**13,
    terms=Terms(
        about="Tokens for research, from a first look to a trillion. The more is asked for, the more is asked of you.",
        tiers=(
            Tier("Explore", 10**9, 365, 0, "To try something out: a title and one paragraph will do."),
            Tier("Discover", 10**10, 365, 1, "For a project with a plan; one review."),
            Tier("Accelerate", 10**11, 365, 2, "For results that need scale; a panel of two, a report each quarter."),
            Tier("Maximize", 10**12, 365, 3, "For the largest projects; a panel of three, a report each quarter."),
        ),
        fields=(
            Field("abstract", "Abstract", "long_text", help=_TITLE_HELP, words_max=300),
            Field(
                "method",
                "Method and models",
                "long_text",
                help="Which models, how many requests of what size.",
                words_max=1000,
            ),
            Field(
                "estimate",
                "How the amount was estimated",
                "long_text",
                help="Requests times tokens, or a pilot.",
                words_max=500,
            ),
            Field("field", "Field of research", "text"),
            Field("funding", "Funding that supports the work", "text", required=False),
            Field("personal_data", "Will prompts hold personal data?", "yes_no"),
            Field("link", "A page about the project", "url", required=False),
        ),
        rubric=(
            Criterion("merit", "Merit of the question", 5, 3, "Is it worth knowing, and new?"),
            Criterion("method", "Fitness of the method", 5, 3, "Will it answer the question?"),
            Criterion("need", "Need for the amount", 5, 2, "Does the estimate follow from the plan?"),
            Criterion("ability", "Ability to use it", 5, 1, "Can these people do it in the time?"),
        ),
        conditions="Used for the work that is described, by the people of the project. Results are published.",
        acknowledgement="This work used tokens awarded by {programme} (award {award}).",
        reporting=Reporting(every_days=90, final_within_days=60),
        tranches=Tranches(count=1),
    ),
)
_START_UP = Template(
    id="startup",
    label="credits for start-ups",
    unit="usd",
    cap=1_000_000 * NANO_PER_USD,
    terms=Terms(
        about="Credits for young companies, from a first prototype to their first thousand customers.",
        tiers=(
            Tier("Prototype", 1_000 * NANO_PER_USD, 180, 0, "To build the first version."),
            Tier("Launch", 10_000 * NANO_PER_USD, 365, 1, "To serve the first customers."),
            Tier("Scale", 100_000 * NANO_PER_USD, 365, 2, "For what already grows."),
        ),
        fields=(
            Field("company", "Company", "text"),
            Field("product", "What it does, and for whom", "long_text"),
            Field("stage", "Stage", "choice", choices=("idea", "prototype", "customers", "revenue")),
            Field("people", "How many people work on it", "number"),
            Field("site", "Web site", "url", required=False),
            Field("use", "What the credits will be spent on", "long_text"),
        ),
        rubric=(
            Criterion("product", "The product", 5, 2, "Does somebody need it?"),
            Criterion("team", "The team", 5, 2, "Can they build it?"),
            Criterion("use", "Use of the credits", 5, 1, "Is the amount about right?"),
        ),
        conditions="Credits pay for the company's own use and cannot be sold or passed on.",
        acknowledgement="Supported by {programme}.",
        restrictions=Restrictions(),
        reporting=Reporting(every_days=None, final_within_days=30),
        tranches=Tranches(count=1),
    ),
)
_CLASSROOM = Template(
    id="classroom",
    label="classroom",
    unit="tokens",
    cap=10**11,
    terms=Terms(
        about="Tokens for a course: enough for every student to do every exercise, and then it ends by itself.",
        tiers=(
            Tier("Seminar", 10**8, 150, 0, "Up to about 30 students."),
            Tier("Course", 10**9, 150, 0, "Up to about 300 students."),
            Tier("Faculty", 10**10, 365, 1, "Several courses over a year."),
        ),
        fields=(
            Field("course", "Course", "text"),
            Field("students", "How many students", "number"),
            Field("exercises", "What they will do", "long_text"),
            Field("minors", "Are any of them minors?", "yes_no"),
        ),
        rubric=(
            Criterion("learning", "What is learned", 5, 2),
            Criterion("need", "Need for the amount", 5, 1),
        ),
        conditions="For the students of the course, while it lasts.",
        acknowledgement="Tokens for this course: {programme}.",
        restrictions=Restrictions(on_exhaustion="block"),
        reporting=Reporting(every_days=None, final_within_days=30),
        tranches=Tranches(count=1),
    ),
)
TEMPLATES: Final = {one.id: one for one in (_RESEARCH, _START_UP, _CLASSROOM)}
