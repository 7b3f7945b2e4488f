"""Our own administration of money: budgets and where their limits come from, requests for more, what is kept of both.

Decisions stand in two books, app.db and the ledger: see `intents`. Shapes of OpenAI's are beside it, in `organization`.
"""

from tokenry.api.guarded import Guarded
from tokenry.api.money.alerts import Alert, Alerts, agree, recipients_of
from tokenry.api.money.asking import approve, budget_asked_for, deny
from tokenry.api.money.budgets import ROUTES as BUDGETS
from tokenry.api.money.intents import replay
from tokenry.api.money.limit_requests import ROUTES as LIMIT_REQUESTS
from tokenry.api.money.making import Wish, budget_for, change, value_for
from tokenry.api.money.places import Place, in_charge, name_of, place_of, source_of
from tokenry.api.money.standing import Stand, stand_of
from tokenry.api.money.wishes import LimitRequest, State, find_request, listed_requests

ROUTES: tuple[Guarded, ...] = (*BUDGETS, *LIMIT_REQUESTS)

__all__ = [
    "ROUTES",
    "Alert",
    "Alerts",
    "LimitRequest",
    "Place",
    "Stand",
    "State",
    "Wish",
    "agree",
    "approve",
    "budget_asked_for",
    "budget_for",
    "change",
    "deny",
    "find_request",
    "in_charge",
    "listed_requests",
    "name_of",
    "place_of",
    "recipients_of",
    "replay",
    "source_of",
    "stand_of",
    "value_for",
]
