"""People sign in: the pages, the ways in behind them, and what everybody may ask of themselves.

Knows no JOSE and fetches nothing: `app` brings the providers along.
"""

from tokenry.api.sign_in.entry import Entry, ProviderDoor
from tokenry.api.sign_in.me import ROUTES as ME
from tokenry.api.sign_in.my_passkeys import ROUTES as PASSKEYS
from tokenry.api.sign_in.owner import base_url, make_owner_link
from tokenry.api.sign_in.routes import Pages

ROUTES = (*ME, *PASSKEYS)

__all__ = ["Entry", "Pages", "ProviderDoor", "ROUTES", "base_url", "make_owner_link"]
