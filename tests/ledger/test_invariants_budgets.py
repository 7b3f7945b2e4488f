"""Budgets x windows x requests at once x corrections on SQLite, a few runs; `just budgets` makes as many as wanted."""

from __future__ import annotations

from hypothesis import HealthCheck, settings

from tests.ledger.budget_machine import BudgetMachine

TestBudgets = BudgetMachine.TestCase
TestBudgets.settings = settings(
    max_examples=25, stateful_step_count=30, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
