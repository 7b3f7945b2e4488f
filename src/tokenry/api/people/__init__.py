"""A person's own: their data, to have and to read, and how it is erased; and the keys they make themselves."""

from tokenry.api.people.keys import ROUTES as KEYS
from tokenry.api.people.privacy import ROUTES as PRIVACY
from tokenry.api.people.records import Erased, Export, erase, export

ROUTES = (*PRIVACY, *KEYS)

__all__ = ["ROUTES", "Erased", "Export", "erase", "export"]
