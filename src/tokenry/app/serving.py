"""`tokenry serve`: everything is opened, started, announced with one ready line, and ended in the other order."""

from __future__ import annotations

import asyncio
import gc
import sys
from collections.abc import Coroutine, Iterable, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

from starlette.routing import Route

from tokenry.access import RateLimits
from tokenry.api import ADMINISTRATION, KEYED, Api, InferenceRoutes, Proxies, Surface, protocol_factory, with_cors
from tokenry.api.admin import Admin, Rooms, serve_socket
from tokenry.api.audio import audio_surfaces
from tokenry.api.award_pages import AwardPages
from tokenry.api.certificates import VerifyPages
from tokenry.api.guarded import Door, find_session
from tokenry.api.keyed import KeyedDoor
from tokenry.api.messages import MessagesCounter, MessagesSurface
from tokenry.api.moderations import ModerationsSurface
from tokenry.api.stored_completions import keeper
from tokenry.api.web import WebPages, read_bundle
from tokenry.app.alerting import Alerting
from tokenry.app.allotting import allot
from tokenry.app.announce import announce, pull_starter, quiet_dependencies, set_up_logs, warn_of_sets
from tokenry.app.awarding import attend_to_awards
from tokenry.app.batching import batch_runner
from tokenry.app.bookkeeping import Bookkeeping
from tokenry.app.ending import Ending, wire_signals
from tokenry.app.entrance import Entrance
from tokenry.app.filing import file_in
from tokenry.app.fleet import Fleet, Next
from tokenry.app.house import House, admin_rooms, key_limits, opened, price_book, read_config
from tokenry.app.housekeeping import Housekeeping
from tokenry.app.leaving import keep_tidy
from tokenry.app.listening import listen
from tokenry.app.observing import Observing
from tokenry.app.recognition import Recognition
from tokenry.app.responding import Responding
from tokenry.app.systemd import Systemd
from tokenry.app.telling import tell_people
from tokenry.app.tls import Tls, read_tls
from tokenry.app.web import WebServer, web_server
from tokenry.app.working import work_in
from tokenry.base.clock import NS_PER_S
from tokenry.base.errors import TokenryError
from tokenry.base.events import Events
from tokenry.base.logs import get_logger
from tokenry.config import Config, environ
from tokenry.engines import Engine
from tokenry.gateway import SWEEP_EVERY_S as DEADLINES_EVERY_S
from tokenry.gateway import Estimates, Gateway, Line, LineRules, Means, Replays, RequestEnded, Setup
from tokenry.router import Catalogue
from tokenry.storage import RUN_NAME

try:
    import resource
except ImportError:  # Windows
    resource = None  # type: ignore[assignment] # asked for where it is used
try:
    from uvloop import new_event_loop
except ImportError:  # a system that it is not made for: everything works, more slowly
    from asyncio import new_event_loop  # type: ignore[assignment] # another class of loop, with the same methods

SWITCH_INTERVAL_S = 0.0002  # at Python's default of 5 ms a busy loop keeps the journal's thread from its commit
YOUNG_OBJECTS_MAX = 20_000  # a few hundred requests in flight are no garbage: do not look at them for each dozen new
SWEEP_EVERY_S = 10.0
OPEN_FILES = 65_536
SOCKET_NAME = "admin.sock"

log = get_logger("tokenry")


@dataclass(frozen=True, slots=True)
class ServeOptions:
    """What the command line says; None leaves the word to the configuration."""

    host: str | None
    port: int | None
    data_dir: Path
    config_path: Path | None
    confirm_prices: bool = False
    log_format: str | None = None


def serve(options: ServeOptions) -> int:
    """Run until SIGTERM or SIGINT; the process's exit code.

    Raises:
        TokenryError: it could not start; the message is one line that says what to do.
    """
    sys.setswitchinterval(SWITCH_INTERVAL_S)
    _raise_open_files()
    quiet_dependencies()
    with asyncio.Runner(loop_factory=new_event_loop) as runner:
        return runner.run(_serve(options))


class Serving:
    """The running server: the wires between the rooms, the reload, the end."""

    def __init__(self, house: House, fleet: Fleet, tls: Tls | None = None) -> None:
        self.house = house
        self.tls = tls
        self.fleet = fleet
        self._rooms = admin_rooms(house)
        events = Events()
        events.on(RequestEnded, _warn_of_writeoff)
        house.journal.on_latch(_tell_of_latch)
        means = Means(
            ledger=house.ledger,
            router=house.router,
            replays=Replays(house.journal, house.clock),
            estimates=Estimates(),
            clock=house.clock,
        )
        config = house.config
        self.gateway = Gateway(means, RateLimits(), _setup(fleet.engines, config), events)
        self.observing = Observing(house, events)
        self.inference = InferenceRoutes(self.gateway, house.keys, house.clock, config.server.body_size_max)
        self.inference.surfaces["/v1/moderations"] = ModerationsSurface(house.router)
        self.inference.surfaces.update(audio_surfaces())
        self.inference.keeper = keeper(house.objects.completions)
        self.observing.observe(self.gateway, self.inference)
        self.batches = batch_runner(house, self.gateway, self.inference)
        self.responding = Responding(house, self.gateway, self.inference)
        self.filing = file_in(house, self.gateway)
        self.workspace = work_in(house, self.gateway, events, self.filing.retrieval)
        self.observing.metrics.observe(self.responding.turns)
        self.entrance = Entrance(house, self.rooms())
        self.web = WebPages(read_bundle(), lambda request: find_session(request, house.sessions) is not None)
        self.entrance.pages.home = self.web.home
        self.observing.metrics.observe(self.entrance.entry)
        self.surface = Surface(self.gateway, house.keys, self.observing.metrics, self._started_at(), self._routes())
        self.surface.inferring, self.surface.lost = self.inference.serves, self.web.lost
        self.api = Api(self.inference, self.surface.app(), house.clock)
        self.app = with_cors(self.api, config.server.cors_origins)
        # With CORS every answer needs headers that the ASGI middleware adds, so all requests take the ordinary way.
        self.protocol = protocol_factory(self.inference, house.clock, short=not config.server.cors_origins)
        self._reloading = asyncio.Lock()
        self._leaving: set[asyncio.Task[None]] = set()

    def _started_at(self) -> int:
        return self.house.clock.now_ns() // NS_PER_S

    def _routes(self) -> list[Route]:
        """Every route that generates nothing and has a door of its own."""
        rooms = self.rooms()
        doors = [*KeyedDoor(rooms, KEYED).routes(), *Door(rooms, ADMINISTRATION).routes()]
        pages = [*self.entrance.pages.routes(), *AwardPages(rooms).routes(), *VerifyPages(rooms).routes()]
        return [*self._messages(), *doors, *pages, *self.web.routes()]

    def _messages(self) -> list[Route]:
        """Anthropic's API."""
        surface = MessagesSurface(self.gateway)
        self.inference.surfaces["/v1/messages"] = surface
        counter = MessagesCounter(self.gateway, self.house.keys, surface, lambda: self.inference.body_size_max)
        return counter.routes()

    def rooms(self) -> Rooms:
        """What the administration's verbs work on."""
        rooms = self._rooms
        rooms.engines = self.gateway.setup.engines
        rooms.lines = self._lines
        rooms.serving = True
        rooms.background = self.responding.background
        rooms.workspace, rooms.filing = self.workspace, self.filing
        rooms.reload = self.reload
        return rooms

    def _lines(self) -> Iterable[Line]:
        """The lines before the engines that serve now; a reload puts others in their place."""
        return self.gateway.setup.lines.values()

    def listens_at(self, url: str) -> str:
        """The address that links lead to is known from now on."""
        self._rooms.url = url
        return url

    @property
    def running(self) -> int:
        """Work that nobody waits for on a connection."""
        return self.batches.running + self.responding.background.running + self.workspace.runs.running

    async def close(self) -> None:
        """Let go of batches, of whoever signs in, and of those who watch."""
        await self.batches.close()
        await self.responding.background.close()
        await self.workspace.runs.close()
        await self.filing.intake.close()
        await self.entrance.close()
        await self.observing.close()

    async def reload(self) -> str:
        """Read the configuration again and put it in force as one; on any error the old one stays.

        Raises:
            TokenryError: what is wrong with the new one.
        """
        async with self._reloading:
            return await self._reload()

    async def _reload(self) -> str:
        house = self.house
        config, path = read_config(house.data_dir, house.config_path)
        certificate = read_tls(config.server, house.clock)
        prices = price_book(house, config)
        house.ledger.check_prices(*prices)
        ways_in = self.entrance.stage(config)
        staged = await self.fleet.stage(config)
        try:
            await staged.wait_ready()
            catalogue = Catalogue.build(config, await staged.discover(config))
            await house.ledger.set_prices(*prices)
        except TokenryError:
            await self.fleet.stop(staged.fresh, 0.0)
            raise
        words = _difference(house, config, catalogue)
        house.config, house.config_path = config, path
        house.ledger.set_milestones(config.milestones.thresholds)
        self.put_in_force(staged, catalogue)
        self.entrance.put_in_force(config, ways_in)
        if self.tls is not None and certificate is not None:
            self.tls.adopt(certificate)
        task = asyncio.create_task(self.fleet.stop(staged.gone, config.server.request_timeout_s))
        self._leaving.add(task)
        task.add_done_callback(self._leaving.discard)
        await asyncio.to_thread(warn_of_sets, config)
        log.info("configuration in force", **words)
        return "configuration in force: " + "; ".join(f"{name} {value}" for name, value in words.items())

    def put_in_force(self, staged: Next, catalogue: Catalogue) -> None:
        """Exchange everything that requests read, in one step. A request keeps what it was admitted under."""
        house, config = self.house, self.house.config
        self.fleet.adopt(staged)
        house.router.swap(catalogue)
        house.keys.load(key_limits(config))
        self.observing.put_in_force(config, staged.engines)
        self.gateway.setup = _setup(staged.engines, config, self.gateway.setup)
        self.inference.body_size_max = config.server.body_size_max
        self.api.proxies = self.inference.proxies = Proxies(config.server.trusted_proxies)
        rooms = self._rooms
        rooms.config, rooms.config_path, rooms.engines = config, house.config_path, staged.engines

    def begin_end(self) -> int:
        """From now on `/readyz` says no; how many requests run."""
        self.surface.draining = True
        self.batches.stop()
        return self.gateway.in_flight

    async def reload_on_signal(self) -> None:
        """SIGHUP: as the verb `reload`, an act like any other, with the outcome in the log."""
        try:
            await Admin(self.rooms()).call("reload", {})
        except TokenryError as error:
            log.error("the new configuration is refused, the old one stays in force", why=error.message)


async def _serve(options: ServeOptions) -> int:
    async with AsyncExitStack() as stack:
        config, path = read_config(options.data_dir, options.config_path)
        set_up_logs(config.log, options.log_format)
        if new_event_loop is asyncio.new_event_loop:
            log.warning("uvloop is not installed here: everything works, more slowly")
        house = await stack.enter_async_context(opened(options.data_dir, config, path))
        await house.ledger.set_prices(*price_book(house, config), confirmed=options.confirm_prices)
        read = read_tls(config.server, house.clock)
        tls = None if read is None else Tls(read, house.clock)
        listener = listen(config.server, environ(), options.host, options.port)
        stack.callback(listener.close)
        await pull_starter(house)
        fleet = Fleet(house.artifacts)
        staged = await fleet.stage(config)
        stack.push_async_callback(lambda: fleet.stop(fleet.engines.values() or staged.fresh, 0.0))
        serving = Serving(house, fleet, tls)
        stack.push_async_callback(serving.close)
        await staged.wait_ready()
        catalogue = Catalogue.build(config, await staged.discover(config))
        serving.put_in_force(staged, catalogue)
        admin = await serve_socket(Admin(serving.rooms()), house.data_dir / RUN_NAME / SOCKET_NAME)
        stack.push_async_callback(admin.close)
        server = web_server(serving.app, serving.protocol, tls.context if tls is not None else None)
        server.cut, server.busy = serving.gateway.cut, lambda: serving.running > 0
        systemd = Systemd(environ(), house.clock)
        ending = Ending(server, lambda: house.config.server, serving.begin_end, systemd)
        wire_signals(ending, serving.reload_on_signal, systemd)
        for task in (*_chores(serving, server), serving.entrance.run(), systemd.beat()):
            stack.callback(asyncio.create_task(task).cancel)
        running = asyncio.create_task(server.serve(sockets=[listener.socket]))
        while not server.started and not running.done():  # noqa: ASYNC110 - uvicorn has no event for it
            await asyncio.sleep(0.005)
        gc.collect()
        gc.freeze()  # what start-up made lives as long as the process; no later collection need look at it
        gc.set_threshold(YOUNG_OBJECTS_MAX)
        announce(house, fleet.engines, serving.listens_at(listener.url(tls=tls is not None)))
        systemd.ready()
        await running
    return 0


def _setup(engines: Mapping[str, Engine], config: Config, before: Setup | None = None) -> Setup:
    """What the gateway works with under a configuration; an engine that stays keeps the line before it."""
    rules = config.tiers
    sharing = LineRules(rules.reserve, rules.flex_wait_s, rules.flex_waiting_max)
    return Setup(engines, config.server.request_timeout_s, sharing, {} if before is None else before.lines)


def _warn_of_writeoff(event: RequestEnded) -> None:
    """Somebody should look at a model whose engine goes beyond what it is told."""
    if event.receipt is not None and event.receipt.writeoff:
        log.warning(
            "usage above its hold, written off",
            request_id=event.request_id, model=event.receipt.facts.model, nanousd=event.receipt.writeoff,
        )  # fmt: skip


def _tell_of_latch(error: Exception | None) -> None:
    if error is None:
        log.info("the ledger can be written again")
    else:
        log.error("the ledger cannot be written; no request is taken until it can", why=str(error))


def _difference(house: House, config: Config, catalogue: Catalogue) -> dict[str, str]:
    """What a reload changes, in words."""
    before, after = ({m.name for m in c.models} for c in (house.router.catalogue, catalogue))
    words = {"models": ", ".join(sorted(after)) or "none"}
    if before - after:
        words["no longer served:"] = ", ".join(sorted(before - after))
    old, new = house.config.server, config.server
    fixed = [
        name for name in ("host", "port", "unix_socket", "cors_origins") if getattr(old, name) != getattr(new, name)
    ]
    if (old.tls_cert_file is None) != (new.tls_cert_file is None):
        fixed.append("tls_cert_file")
    if fixed:
        words["at the next start:"] = ", ".join(f"server.{name}" for name in fixed)
    return words


def _chores(serving: Serving, server: WebServer) -> tuple[Coroutine[None, None, None], ...]:
    """What is done again and again for as long as we serve."""
    house = serving.house
    keeping = Housekeeping(house.data_dir, house.ledger, lambda: house.config.storage)
    keeping.look()  # so that the first request is refused already, should there be no room
    books = Bookkeeping(house.buckets, house.statements, house.notices)
    alerting = Alerting(house.ledger, house.people, house.keys, house.notices)
    sweeps = _sweep(house, serving.tls), _sweep_deadlines(serving.gateway, server)
    rooms = serving.rooms()
    tidying = keep_tidy(house.objects, house.desk)
    people = serving.workspace.runs.keep(), serving.filing.intake.resume()
    more = *people, tell_people(house), allot(rooms), attend_to_awards(rooms), Recognition(rooms).run(), tidying
    return *sweeps, keeping.run(), books.run(), alerting.run(), serving.batches.run(), *more


async def _sweep(house: House, tls: Tls | None) -> None:
    """What time does by itself: in the books, and to a certificate."""
    while True:
        await asyncio.sleep(SWEEP_EVERY_S)
        if tls is not None:
            tls.look()
        if house.journal.latched is None:
            house.ledger.sweep()


async def _sweep_deadlines(gateway: Gateway, server: WebServer) -> None:
    """Time limits of requests that run, and of those that are still arriving."""
    while True:
        await asyncio.sleep(DEADLINES_EVERY_S)
        gateway.deadlines.sweep()
        server.sweep()


def _raise_open_files() -> None:
    """As many sockets as the system lets us have; each stream takes two."""
    if resource is None:
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < min(OPEN_FILES, hard):
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(OPEN_FILES, hard), hard))
