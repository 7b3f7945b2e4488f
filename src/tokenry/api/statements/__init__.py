"""Statements for people and programs: who may see which, and how each is shown. What they say is the ledger's."""

from tokenry.api.statements.routes import ROUTES, FullStatementShape, as_csv, as_page, file_name, full, shape

__all__ = ["ROUTES", "FullStatementShape", "as_csv", "as_page", "file_name", "full", "shape"]
