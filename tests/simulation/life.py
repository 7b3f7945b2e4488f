"""One start of a made-up house: opened over what the last one left, lived in, ended by a power cut or calmly."""

from __future__ import annotations

import asyncio
import contextlib
from random import Random
from typing import Any

from tests.ledger.sameness import difference, fold, written_and_waiting
from tests.simulation import token_awards
from tests.simulation.clients import Client
from tests.simulation.configs import read
from tests.simulation.house_loop import HouseLoop
from tests.simulation.in_charge import InCharge
from tests.simulation.stores import FOLDER
from tests.simulation.upstreams import Upstream
from tests.simulation.upstreams import pace as upstream_pace
from tests.simulation.virtual_loop import LoopClock
from tests.simulation.wires import Far, Pace, Wire
from tokenry.api.admin import Admin
from tokenry.app.fleet import Fleet
from tokenry.app.house import Stores, furnish, price_version
from tokenry.app.serving import Serving
from tokenry.app.web import web_server
from tokenry.base.errors import TokenryError
from tokenry.base.units import usd_to_nano
from tokenry.gateway import SWEEP_EVERY_S
from tokenry.router import Catalogue

LONG_NS = 3600 * 10**9


class Enough(Exception):
    """The step was reached at which to stop."""


class Life:
    """See the module."""

    def __init__(self, world: Any) -> None:
        self.world, self.rng = world, Random(world.rng.getrandbits(48))
        self.loop = HouseLoop()
        self.clock = LoopClock(self.loop, world.now_ns)
        self.alive = True
        self.open_for_clients = False
        self.loop.connect = self._connect
        self.loop.thread_s = lambda: self.rng.choice((0.0, 0.002))
        self.loop.look_up_s = lambda: self.rng.choice((0.0, 0.0, 0.0, 0.002, 1.5, 9.0))
        self.disk = world.disk
        self.in_charge = InCharge(self, self.rng)
        self._people: list[asyncio.Task[None]] = []
        self._sweepers: list[asyncio.Task[None]] = []

    # --- the start -------------------------------------------------------------------------------------------------

    def start(self) -> None:
        """Open the house on a disk that is well, and see what recovery made of what lay there."""
        world = self.world
        self._do(self._open())
        self._settle_oracle()
        self._run(lambda: not self.journal.stats.queued)
        world.judge.read(ended=True)
        self.in_charge.demand_what_was_told()
        world.acknowledged.serves(world.file.wishes)
        rng, weather = self.rng, world.weather
        self.disk.delay = lambda: weather.commit_s * rng.random()
        self.disk.failing = lambda: rng.random() < weather.failing
        self.disk.keeps_failed = lambda: rng.random() < 0.5
        self.loop.at_rest = self._at_rest
        world.note("house", "opens", len(self.disk.rows))

    async def _open(self) -> None:
        world = self.world
        self.journal = self.disk.journal(probe_s=0.5, clock=self.clock)
        if world.file.wishes.broken:
            world.file.wishes.broken = False
        config = read(world.file.wishes.text())
        self.house = house = await furnish(Stores(world.db, self.journal, self.clock), FOLDER, config, world.file)
        await house.ledger.set_prices(price_version(house, config), confirmed=True)
        if world.tokens is not None:
            await token_awards.grant(world, house.ledger, world.tokens)
        fleet = Fleet(house.artifacts)
        staged = await fleet.stage(config)
        self.serving = serving = Serving(house, fleet, None)
        await staged.wait_ready()
        serving.put_in_force(staged, Catalogue.build(config, await staged.discover(config)))
        self.server = web_server(serving.app, serving.protocol)
        self.server.config.load()
        self.server.servers = []  # nobody listens: clients come by `dial`
        self.server.drain_timeout_s, self.server.cut = config.server.drain_timeout_s, serving.gateway.cut
        self.admin = Admin(serving.rooms())
        self._sweepers = [asyncio.create_task(self._sweep_deadlines()), asyncio.create_task(self._sweep_books())]
        self.open_for_clients = True

    async def _sweep_deadlines(self) -> None:
        while True:
            await asyncio.sleep(SWEEP_EVERY_S)
            self.serving.gateway.deadlines.sweep()
            self.server.sweep()

    async def _sweep_books(self) -> None:
        while True:
            await asyncio.sleep(10.0)
            if self.journal.latched is None:
                self.house.ledger.sweep()

    def _settle_oracle(self) -> None:
        """The award of the first start is issued by nobody's word but the configuration's."""
        oracle, world = self.world.oracle, self.world
        for name in self.house.ledger.books.awards:
            if name not in oracle.asked:
                oracle.asked[name] = oracle.granted[name] = usd_to_nano(world.weather.wealth)

    def _memory_is_the_log(self) -> None:
        found = difference(self.house.ledger.books, fold(written_and_waiting(self.journal)))
        self.world.demand(not found, f"memory is not what the journal says: {found[:2]}")

    # --- living ----------------------------------------------------------------------------------------------------

    def until_power_cut(self) -> None:
        """Let people in, stop everything at some instant, keep what the disk would have."""
        world, rng = self.world, self.rng
        self._people.append(self.loop.create_task(self._crowd()))
        end_ns = self.loop.now_ns + round(rng.choice((0.05, 0.5, 3.0, 10.0)) * rng.random() * 1e9)
        self._run(lambda: False, end_ns)
        world.note("house", "loses power")
        world.judge.nobody_met_an_error(self)
        self._memory_is_the_log()
        for ask in world.asks:
            ask.doubtful = ask.doubtful or (self.journal.latched is not None and ask.status == 503)
            if ask.ended_at_ns is None:
                ask.cut = ask.lost = True
                ask.ended_at_ns = self.loop.now_ns
        world.disk = self.disk.after_power_cut(rng)
        world.now_ns = self.clock.now_ns() + rng.choice((0, 10**9, 3600 * 10**9))
        world.judge.read(ended=False)
        world.told["power cuts"] += 1

    def to_the_end(self) -> None:
        """Let people in, let them finish or send them home, close, and look at everything."""
        world, rng = self.world, self.rng
        crowd = self.loop.create_task(self._crowd())
        self._people.append(crowd)
        if rng.random() < 0.3:  # somebody stops the server while people are served
            self._run(crowd.done, self.loop.now_ns + round(rng.random() * 3e9))
            world.told["drains under load"] += not crowd.done()
        else:
            self._run(crowd.done)
            self.disk.failing = lambda: False
        self._do(self._close())
        self._run(crowd.done)
        crowd.result()
        self.disk.failing = lambda: False
        self._memory_is_the_log()
        self._do(self._put_away())
        world.note("house", "is closed", len(self.disk.rows))
        world.judge.read(ended=True)
        world.judge.nothing_left(self)
        world.judge.nobody_met_an_error(self)

    async def _close(self) -> None:
        self.open_for_clients = False
        self.serving.begin_end()
        self.world.note("house", "drains")
        for ask in self.world.asks:
            if ask.ended_at_ns is None:
                ask.cut = True
        await self.server.shutdown()
        for sweeper in self._sweepers:
            sweeper.cancel()
        await self.serving.fleet.stop(self.serving.fleet.engines.values(), 0.0)
        if self.serving._leaving:
            await asyncio.wait(self.serving._leaving)

    async def _put_away(self) -> None:
        self.house.ledger.snapshot()
        self.journal.close()

    def leave(self) -> None:
        """Forget it all."""
        stats, told = self.house.ledger.stats, self.world.told
        told["waits for funds"] += stats.waits
        told["holds undone"] += stats.undone
        told["recovered"] += stats.recovered
        told["failed commits"] += self.disk.failures
        for wire in list(self.loop.wires):
            wire.cut()
        self.loop.at_rest = lambda: None
        self.loop.leave()
        self.world.log.seek(0)
        self.world.log.truncate()

    async def _crowd(self) -> None:
        world, rng = self.world, self.rng
        if "bud_first" not in self.house.ledger.books.budgets:
            with contextlib.suppress(TokenryError):
                await self.in_charge.limit_the_third()
        people = []
        for number in range(world.weather.clients):
            if not self.open_for_clients:
                break
            people.append(asyncio.create_task(Client(world, self, len(world.asks) * 100 + number).run()))
            if rng.random() < world.weather.meddling:
                people.append(asyncio.create_task(self.in_charge.act()))
            await asyncio.sleep(rng.choice((0.0, 0.0, 0.01, 1.0)) * rng.random())
        await asyncio.gather(*people)

    # --- between the house and the others ----------------------------------------------------------------------------

    def dial(self, client: Client, pace: Pace) -> None:
        """A client connects; to a house that is closing nobody can."""
        if not self.open_for_clients:
            wire = Wire(self.loop, None, client, pace)
            wire.cut()
            self.loop.wires.pop(wire, None)
            self.loop.call_soon(client.ended)
            return
        server = self.server
        protocol = self.serving.protocol(
            config=server.config, server_state=server.server_state, app_state={}, _loop=self.loop
        )
        protocol.connection_made(Wire(self.loop, protocol, client, pace))

    async def _connect(self, address: str, port: int) -> tuple[Far, Pace]:
        """We connect to a provider."""
        del port
        provider = self.world.providers[address[0]]
        rng = provider.rng
        if rng.random() < provider.refuses:
            match rng.randrange(3):
                case 0:
                    raise ConnectionRefusedError(111, "Connection refused")
                case 1:
                    await asyncio.sleep(rng.random() * 1.5)
                case _:
                    await asyncio.get_running_loop().create_future()
        return Upstream(self.world, provider), upstream_pace(rng)

    # --- time ------------------------------------------------------------------------------------------------------

    def _at_rest(self) -> None:
        if self.world.wrong is not None:
            raise AssertionError(self.world.wrong)
        if self.world.enough:
            raise Enough
        self.world.judge.at_rest()

    def _do(self, coroutine: Any) -> None:
        task = self.loop.create_task(coroutine)
        self._run(task.done)
        task.result()

    def _run(self, done: Any, end_ns: int | None = None) -> None:
        came = self.loop.run_until(self.loop.now_ns + LONG_NS if end_ns is None else end_ns, done)
        if end_ns is None and not came:
            self.world.demand(False, "an hour passed and it did not end")
