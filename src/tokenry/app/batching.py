"""Batches, wired: lines to the gateway, their answers to the journal, their payer to the keys, their end to news."""

from __future__ import annotations

from tokenry.access import KeyRecord
from tokenry.api import InferenceRoutes
from tokenry.api.batches import Asker
from tokenry.app.house import House
from tokenry.base.errors import NotFound
from tokenry.gateway import Gateway
from tokenry.notify import News
from tokenry.objects.batches import Batch, Runner, Wires
from tokenry.storage import Answer, Transaction


def batch_runner(house: House, gateway: Gateway, inference: InferenceRoutes) -> Runner:
    """What runs the batches of this house. To be made before anybody is served."""
    batches, asker, notices = house.objects.batches, Asker(inference, gateway, house.clock), house.notices

    def kept(scope: str, key: str) -> Answer | None:
        return house.journal.answer(scope, key, house.clock.now_ns())

    def tell(connection: Transaction, batch: Batch) -> None:
        notices.tell_within(connection, news_of(batch, _key(house, batch)))

    def told() -> None:
        notices.on_waiting()

    batches.sweep()
    batches.endpoints = asker.endpoints
    forget = gateway.means.replays.forget
    return Runner(
        batches,
        Wires(
            asker.ask, house.keys.holder, asker.require_model, kept, forget, tell=tell, told=told
        ),
    )  # fmt: skip


def news_of(batch: Batch, key: KeyRecord | None) -> News:
    """What people are told of a batch that is over; whose it was, as far as its key still says."""
    data = {
        "id": batch.id, "status": batch.state, "key_id": batch.key_id, "endpoint": batch.endpoint,
        "total": batch.total, "completed": batch.completed, "failed": batch.failed,
        "output_file_id": batch.output_file_id, "error_file_id": batch.error_file_id,
    }  # fmt: skip
    return News(
        batch.organization_id, f"batch.{batch.state}", f"batch:{batch.id}", data, project_id=batch.project_id,
        user_id=None if key is None else key.user_id,
    )  # fmt: skip


def _key(house: House, batch: Batch) -> KeyRecord | None:
    try:
        return house.keys.get(batch.key_id)
    except NotFound:
        return None
