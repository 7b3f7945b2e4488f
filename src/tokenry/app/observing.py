"""What watches the running server: metrics, the log of requests, OpenTelemetry when it is asked for.

Knows who hears of a request's end and what a reload changes for them. Knows nothing of how a line, a metric or a span
looks.
"""

from __future__ import annotations

from tokenry.api import Metrics, ObservedRooms
from tokenry.app.announce import set_up_logs
from tokenry.app.house import House
from tokenry.app.request_log import RequestLog
from tokenry.base.events import Events
from tokenry.config import Config
from tokenry.gateway import Gateway, RequestEnded


class Observing:
    """One per running server."""

    def __init__(self, house: House, events: Events) -> None:
        self._house = house
        self._events = events
        self._log_heard = False
        self.metrics = Metrics(events, self._name_of)
        self.requests = RequestLog("off", self._name_of)

    def observe(self, gateway: Gateway) -> None:
        """Expose the state of the rooms from now on."""
        house = self._house
        self.metrics.observe(ObservedRooms(house.ledger, house.journal, gateway))

    def put_in_force(self, config: Config) -> None:
        """What a configuration, the first or a reloaded one, says of logs."""
        set_up_logs(config.log)
        self.requests.which = config.log.requests
        if config.log.requests != "off" and not self._log_heard:
            self._log_heard = True
            self._events.on(RequestEnded, self.requests.ended)

    def _name_of(self, model: str) -> str | None:
        entry = self._house.router.catalogue.resolve(model)
        return None if entry is None else entry.name
