"""The HTTP surface: parse, render, nothing else."""

from tokenry.api.asgi import Api, with_cors
from tokenry.api.metrics import Metrics
from tokenry.api.metrics import Rooms as ObservedRooms
from tokenry.api.openai.inference import InferenceRoutes
from tokenry.api.receipts import receipt_json
from tokenry.api.routes import Surface

__all__ = ["Api", "InferenceRoutes", "Metrics", "ObservedRooms", "Surface", "receipt_json", "with_cors"]
