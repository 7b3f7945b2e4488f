"""Our own resources about prices and what is bought: the price book, margins, credits, plans and who subscribed."""

from tokenry.api.guarded import Guarded
from tokenry.api.pricing.catalogue import ROUTES as CATALOGUE
from tokenry.api.pricing.credits import ROUTES as CREDITS
from tokenry.api.pricing.credits import AddCredit, add_credit, issue_noted
from tokenry.api.pricing.credits import Kind as CreditKind
from tokenry.api.pricing.credits import of_organization as credits_of
from tokenry.api.pricing.credits import shape as credit_shape
from tokenry.api.pricing.margins import ROUTES as MARGINS
from tokenry.api.pricing.plans import ROUTES as PLANS
from tokenry.api.pricing.plans import CreatePlan, checked_terms, issue_due, plan_shape, subscription_shape
from tokenry.api.pricing.shapes import MarginShape, RateShape, margin_shown, percent, rates_shown, version_shown
from tokenry.api.pricing.versions import ROUTES as VERSIONS

ROUTES: tuple[Guarded, ...] = (*CATALOGUE, *VERSIONS, *MARGINS, *CREDITS, *PLANS)

__all__ = [
    "ROUTES",
    "AddCredit",
    "CreatePlan",
    "CreditKind",
    "MarginShape",
    "RateShape",
    "add_credit",
    "checked_terms",
    "credit_shape",
    "credits_of",
    "issue_due",
    "issue_noted",
    "margin_shown",
    "percent",
    "plan_shape",
    "rates_shown",
    "subscription_shape",
    "version_shown",
]
