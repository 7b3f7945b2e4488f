"""A person's data: what we know of them, to have and to read, and how it is erased."""

from tokenry.api.people.privacy import ROUTES
from tokenry.api.people.records import Erased, Export, erase, export

__all__ = ["ROUTES", "Erased", "Export", "erase", "export"]
