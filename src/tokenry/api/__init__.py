"""The HTTP surface: parse, render, nothing else."""

from tokenry.api.administration import ROUTES as ADMINISTRATION
from tokenry.api.asgi import Api, with_cors
from tokenry.api.doorway import Doorway, protocol_factory
from tokenry.api.forwarded import Proxies
from tokenry.api.keyed_routes import ROUTES as KEYED
from tokenry.api.metrics import Metrics
from tokenry.api.observed import News as ObservedNews
from tokenry.api.observed import Rooms as ObservedRooms
from tokenry.api.openai.inference import InferenceRoutes
from tokenry.api.receipts import receipt_json
from tokenry.api.routes import Surface

__all__ = [
    "ADMINISTRATION",
    "Api",
    "Doorway",
    "InferenceRoutes",
    "KEYED",
    "Metrics",
    "ObservedRooms",
    "ObservedNews",
    "Surface",
    "Proxies",
    "protocol_factory",
    "receipt_json",
    "with_cors",
]
