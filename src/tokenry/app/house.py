"""The rooms of one data folder, opened in the order in which they depend on each other, closed in the other.

`opened` is what `serve` and the command line have in common: lock, databases, ledger, people, catalogue. Engines and
the web server are `serve`'s alone.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from tokenry.access import AdminKeys, Desk, Directory, First, KeyLimits, Keys, People, Sessions, note_interrupted
from tokenry.access.passkeys import Passkeys, Verifier
from tokenry.api.admin import Rooms
from tokenry.api.money import agree, replay
from tokenry.app.bookkeeping import statements_of, usage_db
from tokenry.app.pricing import price_versions
from tokenry.app.starter import with_starter
from tokenry.base.clock import Clock, SystemClock, isoformat
from tokenry.base.ids import new_id
from tokenry.base.units import usd_to_nano
from tokenry.config import Config, ConfigError, default_cache_dir, environ, load
from tokenry.engines import ArtifactStore
from tokenry.ledger import Award, Buckets, Ledger, PriceVersion, RestoreUnconfirmed
from tokenry.ledger.statements import Statements
from tokenry.notify import Notices
from tokenry.objects import Ground, Objects
from tokenry.programmes import finish_begun, replay_fundings
from tokenry.router import Catalogue, Router
from tokenry.storage import (
    APP_DB_NAME,
    LEDGER_DB_NAME,
    USAGE_DB_NAME,
    AppDb,
    Blobs,
    FolderLock,
    Journal,
    UsageDb,
    go_on,
    prepare,
    read_restore,
)

CONFIG_NAME = "tokenry.toml"


@dataclass(frozen=True, slots=True)
class Stores:
    """What a house stands on: its databases, open, and the time. `usage` None = sums of usage are kept in memory."""

    db: AppDb
    journal: Journal
    clock: Clock
    usage: UsageDb | None = None


@dataclass(slots=True)
class House:
    """Everything that is open while a data folder is ours."""

    data_dir: Path
    config_path: Path | None
    config: Config
    clock: Clock
    journal: Journal
    ledger: Ledger
    buckets: Buckets
    statements: Statements
    keys: Keys
    admin_keys: AdminKeys
    directory: Directory
    people: People
    desk: Desk
    notices: Notices
    sessions: Sessions
    objects: Objects
    passkeys: Passkeys
    first: First
    router: Router
    artifacts: ArtifactStore
    fresh: bool  # this start made the folder's books


def read_config(data_dir: Path, config_path: Path | None) -> tuple[Config, Path | None]:
    """The configuration with the starter added, and the file it came from, None when there is none.

    Raises:
        ConfigError: the file has a mistake, or was named and is not there.
    """
    path, default = config_path, data_dir.expanduser() / CONFIG_NAME
    if path is None and default.exists():
        path = default
    return with_starter(load(path, environ())), path


@asynccontextmanager
async def opened(
    data_dir: Path, config: Config, config_path: Path | None, clock: Clock | None = None
) -> AsyncIterator[House]:
    """Open a data folder; it is locked until the block ends. `clock`: another one than the machine's own.

    Raises:
        TokenryError: in one line what is wrong (folder, lock, a damaged database) and what to do.
    """
    data_dir = data_dir.expanduser().absolute()  # noqa: ASYNC240 - at start-up, before there is anyone to keep waiting
    clock = clock or SystemClock()
    with ExitStack() as stack:
        prepare(data_dir)
        stack.enter_context(FolderLock(data_dir))
        go_on(data_dir)
        db = AppDb.open(data_dir / APP_DB_NAME)
        stack.callback(db.close)
        usage = usage_db(data_dir / USAGE_DB_NAME)
        stack.callback(usage.close)
        journal = Journal.open(data_dir / LEDGER_DB_NAME)
        try:
            house = await furnish(Stores(db, journal, clock, usage), data_dir, config, config_path)
            hold_restored(house.ledger, data_dir)
            await replay(db, house.ledger)  # what was decided, and not done when the last process ended
            await agree(db, house.ledger, house.people.roster)
            await replay_fundings(house)
            await finish_begun(house)
            yield house
            house.ledger.snapshot()
        finally:
            journal.close()


def hold_restored(ledger: Ledger, data_dir: Path) -> None:
    """Charge nothing in a restored folder before somebody has confirmed that later spending is forgotten."""
    restored = read_restore(data_dir)
    if restored is not None:
        known = f"knows of nothing after {isoformat(restored.newest_at)}" if restored.newest_at else "is empty"
        ledger.shut_for(
            RestoreUnconfirmed,
            f"this installation was restored from a backup that {known}, and spending is held until somebody in charge "
            "says that it may go on (`tokenry restore confirm`)",
        )


async def furnish(stores: Stores, data_dir: Path, config: Config, config_path: Path | None) -> House:
    """The rooms over open databases, with what a first start puts into them.

    Raises:
        TokenryError: the books are damaged, or cannot be written.
    """
    ledger = Ledger.open(stores.journal, stores.clock, milestones=config.milestones.thresholds)
    directory = Directory(stores.db, stores.clock)
    first = directory.ensure_first()
    keys = Keys(stores.db, stores.clock, key_limits(config))
    keys.load()
    desk, people = Desk(stores.db, stores.clock), People(stores.db)
    note_interrupted(desk)
    people.load()
    admin_keys = AdminKeys(desk, people)
    admin_keys.load()
    sessions = Sessions(stores.db, stores.clock, people)
    sessions.load()
    ground = Ground(stores.db, Blobs(data_dir, stores.clock), stores.clock, lambda: house.config)
    notices, buckets = Notices(stores.db, stores.clock), Buckets(stores.usage or UsageDb.in_memory(), stores.journal)
    house = House(
        data_dir=data_dir, config_path=config_path, config=config, clock=stores.clock, journal=stores.journal,
        ledger=ledger, keys=keys, admin_keys=admin_keys, directory=directory, people=people, desk=desk,
        notices=notices, sessions=sessions, objects=Objects(ground), first=first,
        passkeys=Passkeys(desk, passkey_verifier),
        buckets=buckets, statements=statements_of(stores.db, buckets, ledger, people, notices),
        router=Router(Catalogue.build(config)),
        artifacts=artifact_store(config), fresh=not ledger.books.awards,
    )  # fmt: skip
    if house.fresh:
        await grant_first_award(house)
    return house


def passkey_verifier() -> Verifier:
    """What checks passkeys: loaded with the first one."""
    from tokenry.access.passkeys.ceremony import Ceremony

    return Ceremony()


def key_limits(config: Config) -> KeyLimits:
    """The rate limits of keys that have none of their own."""
    limits = config.limits
    return KeyLimits(limits.requests_per_minute, limits.tokens_per_minute, limits.concurrent_requests)


def artifact_store(config: Config) -> ArtifactStore:
    """The cache of models that all data folders of this user share."""
    cache = Path(config.artifacts.cache).expanduser() if config.artifacts.cache else default_cache_dir()
    return ArtifactStore(cache, hub_url=config.artifacts.hub_url, index_url=config.artifacts.index_url)


async def grant_first_award(house: House) -> None:
    """A bounded award for the default project, so that the first request can be paid for."""
    now = house.clock.now_ns()
    award = Award(
        id=new_id("awd"),
        name="default",
        organization_id=house.first.organization.id,
        project_id=house.first.project.id,
        category="internal",
        state="active",
        created_at=now,
        effective_at=now,
    )
    await house.ledger.grant(award, usd_to_nano(house.config.starter.award_usd))


def price_version(house: House, config: Config) -> PriceVersion:
    """The prices and costs of a configuration as the version of the price book that would be in force now."""
    return price_book(house, config)[0]


def price_book(house: House, config: Config) -> list[PriceVersion]:
    """That version, and those that the configuration announces. Raises PriceRefused."""
    return price_versions(config, house.clock.now_ns(), house.ledger.prices)


@asynccontextmanager
async def offline(data_dir: Path, config_path: Path | None) -> AsyncIterator[Rooms]:
    """The rooms of a data folder for one verb of the command line, while no server runs on it.

    A configuration with a mistake keeps a server from starting, but nobody from revoking a key: then the defaults do.
    """
    try:
        config, path = read_config(data_dir, config_path)
    except ConfigError:
        config, path = with_starter(Config()), config_path
    async with opened(data_dir, config, path) as house:
        yield admin_rooms(house)


def admin_rooms(house: House) -> Rooms:
    """What the administration's verbs work on, without engines."""
    return Rooms(
        data_dir=house.data_dir,
        config=house.config,
        config_path=house.config_path,
        ledger=house.ledger,
        journal=house.journal,
        buckets=house.buckets,
        statements=house.statements,
        keys=house.keys,
        admin_keys=house.admin_keys,
        directory=house.directory,
        people=house.people,
        desk=house.desk,
        notices=house.notices,
        router=house.router,
        engines={},
        serving=False,
        reload=None,
        clock=house.clock,
        sessions=house.sessions,
        objects=house.objects,
        passkeys=house.passkeys,
    )
