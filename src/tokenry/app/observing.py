"""What watches the running server: metrics, the log of requests, OpenTelemetry when it is asked for.

Knows who hears of a request's end and what a reload changes for them. Knows nothing of how a line, a metric or a span
looks.
"""

from __future__ import annotations

from collections.abc import Mapping

from tokenry.api import InferenceRoutes, Metrics, ObservedNews, ObservedRooms
from tokenry.app.announce import set_up_logs
from tokenry.app.house import House
from tokenry.app.request_log import RequestLog
from tokenry.app.tracing import open_tracing
from tokenry.base.errors import TokenryError
from tokenry.base.events import Events
from tokenry.config import Config, environ
from tokenry.engines import Engine
from tokenry.gateway import Gateway, RequestEnded


class Observing:
    """One per running server.

    Raises:
        TokenryError: `[telemetry]` asks for what is not installed.
    """

    def __init__(self, house: House, events: Events) -> None:
        self._house = house
        self._events = events
        self._log_heard = False
        self.metrics = Metrics(events, self._name_of)
        self.requests = RequestLog("off", self._name_of)
        self.tracing = open_tracing(house.config.telemetry, environ())
        if self.tracing is not None:
            events.on(RequestEnded, self.tracing.ended)

    def observe(self, gateway: Gateway, inference: InferenceRoutes) -> None:
        """Expose the state of the rooms from now on, and hear of requests at the door."""
        house = self._house
        self.metrics.observe(ObservedNews(house.notices))
        self.metrics.observe(ObservedRooms(house.ledger, house.journal, gateway))
        inference.turned_away = self._turned_away
        inference.tracer = self.tracing

    async def close(self) -> None:
        """Send what has not been sent."""
        if self.tracing is not None:
            await self.tracing.close()

    def put_in_force(self, config: Config, engines: Mapping[str, Engine]) -> None:
        """What a configuration, the first or a reloaded one, says of logs; the engines that calls go to.

        `[telemetry]` is read at the start alone.
        """
        if self.tracing is not None:
            self.tracing.put_in_force(config, engines)
        set_up_logs(config.log)
        self.requests.which = config.log.requests
        if config.log.requests != "off" and not self._log_heard:
            self._log_heard = True
            self._events.on(RequestEnded, self.requests.ended)

    def _turned_away(self, endpoint: str, request_id: str, error: TokenryError, address: str | None) -> None:
        self.metrics.turned_away(endpoint, request_id, error)
        self.requests.turned_away(endpoint, request_id, error, address)

    def _name_of(self, model: str) -> str | None:
        entry = self._house.router.catalogue.resolve(model)
        return None if entry is None else entry.name
