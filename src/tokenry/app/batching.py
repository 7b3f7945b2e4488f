"""Batches, wired: their lines to the gateway, their answers to the journal, their payer to the keys."""

from __future__ import annotations

from tokenry.api import InferenceRoutes
from tokenry.api.batches import Asker
from tokenry.app.house import House
from tokenry.gateway import Gateway
from tokenry.objects.batches import Runner, Wires
from tokenry.storage import Answer


def batch_runner(house: House, gateway: Gateway, inference: InferenceRoutes) -> Runner:
    """What runs the batches of this house. To be made before anybody is served."""
    batches, asker = house.objects.batches, Asker(inference, gateway, house.clock)

    def kept(scope: str, key: str) -> Answer | None:
        return house.journal.answer(scope, key, house.clock.now_ns())

    forget = gateway.means.replays.forget
    batches.sweep()
    batches.endpoints = asker.endpoints
    return Runner(batches, Wires(asker.ask, house.keys.holder, asker.require_model, kept, forget))
