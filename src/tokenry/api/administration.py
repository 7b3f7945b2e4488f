"""Every administrative route there is: OpenAI's organization API, then our own resources beside it."""

from __future__ import annotations

from tokenry.api.award_pages import ROUTES as AWARD_PAGES
from tokenry.api.awards import ROUTES as AWARDS
from tokenry.api.certificates import ROUTES as CERTIFICATES
from tokenry.api.dashboard import ROUTES as DASHBOARD
from tokenry.api.guarded import Guarded
from tokenry.api.health import ROUTES as HEALTH
from tokenry.api.money import ROUTES as MONEY
from tokenry.api.notifications import ROUTES as NOTIFICATIONS
from tokenry.api.organization import ROUTES as ORGANIZATION
from tokenry.api.people import ROUTES as PEOPLE
from tokenry.api.pricing import ROUTES as PRICING
from tokenry.api.programmes import ROUTES as PROGRAMMES
from tokenry.api.sign_in import ROUTES as SIGN_IN
from tokenry.api.statements import ROUTES as STATEMENTS
from tokenry.api.terms import ROUTES as TERMS
from tokenry.api.training_sets import ROUTES as TRAINING_SETS
from tokenry.api.workspace import ROUTES as WORKSPACE

ROUTES: tuple[Guarded, ...] = (
    *ORGANIZATION,
    *DASHBOARD,
    *HEALTH,
    *STATEMENTS,
    *TERMS,
    *MONEY,
    *PRICING,
    *SIGN_IN,
    *NOTIFICATIONS,
    *PEOPLE,
    *PROGRAMMES,
    *AWARDS,
    *AWARD_PAGES,
    *CERTIFICATES,
    *WORKSPACE,
    *TRAINING_SETS,
)
