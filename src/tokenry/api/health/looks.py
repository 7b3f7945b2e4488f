"""What is looked at, each a few findings: the same that `tokenry doctor` looks at from outside, seen from within."""

from __future__ import annotations

import ipaddress
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

from tokenry.access import WantedRows, newest_rows
from tokenry.api.health.shapes import FindingShape as Finding
from tokenry.api.rooms import Rooms
from tokenry.base.certificate import WARN_DAYS, BadCertificate, load
from tokenry.base.clock import NS_PER_S, isoformat
from tokenry.config import Server
from tokenry.ledger import Award
from tokenry.storage import BALLAST_NAME, StorageError, read_manifest, read_restore

DAY_NS = 86_400 * NS_PER_S
BACKUPS = "backups"  # the folder in the data folder that backups go to when no other is named
BACKUP_GOOD_DAYS = 8
FREE_GOOD = 1024 * 1024 * 1024  # bytes
SKEW_NS = 60 * NS_PER_S  # that the newest row may be ahead of the clock
COMMIT_GOOD_MS = 50
BEHIND_GOOD = 5000  # rows that the sums of usage may lag


def findings(rooms: Rooms) -> list[Finding]:
    """Everything that was found, the worst first. Blocks for a few small reads."""
    found = [finding for look in _LOOKS for finding in look(rooms)]
    order = {"wrong": 0, "note": 1, "ok": 2}
    return sorted(found, key=lambda one: order[one.state])


def last_backup_ns(rooms: Rooms) -> int | None:
    """When the newest backup was made that is known of: in the data folder, or by the audit log, anywhere."""
    times = [row.at for row in newest_rows(rooms.desk.db, WantedRows(1, type="backup.created"))]
    for path in (rooms.data_dir / BACKUPS).glob("tokenry-*"):
        try:
            times.append(read_manifest(path).made_at)
        except StorageError:
            continue  # none of ours
    return max(times, default=None)


def _ledger(rooms: Rooms) -> Iterator[Finding]:
    journal = rooms.journal
    if journal.latched is not None:
        yield Finding(
            area="ledger", state="wrong", what=f"The ledger cannot be written: {journal.latched}",
            how="Make room or mend the disk; it goes on by itself.",
        )  # fmt: skip
    for words in rooms.ledger.shut.values():
        yield Finding(area="ledger", state="wrong", what=f"No request is taken: {words}", how="Mend what it says.")
    if journal.latched is None and not rooms.ledger.shut:
        yield Finding(area="ledger", state="ok", what="The ledger is written, and requests are taken.")
    slow_ms = round(journal.stats.commit_ewma_s * 1000)
    if slow_ms > COMMIT_GOOD_MS:
        yield Finding(
            area="ledger", state="note", what=f"A commit takes {slow_ms} ms, and every answer waits for one.",
            how="Put the data folder on a quicker disk.",
        )  # fmt: skip
    if (behind := rooms.buckets.behind) > BEHIND_GOOD:
        yield Finding(
            area="ledger", state="note", what=f"The sums of usage are {behind} rows behind the ledger.",
            how="They catch up by themselves, and at once when a dashboard is asked for.",
        )  # fmt: skip


def _disk(rooms: Rooms) -> Iterator[Finding]:
    settings = rooms.config.storage
    try:
        free = shutil.disk_usage(rooms.data_dir).free
    except OSError as error:
        yield Finding(
            area="disk", state="wrong", what=f"The data folder's disk cannot be looked at: {error}", how="Mend it."
        )
        return
    words = f"{_size(free)} are free on the disk of the data folder"
    if free < settings.disk_free_min:
        yield Finding(
            area="disk", state="wrong", what=f"{words}, and no request is taken below {_size(settings.disk_free_min)}.",
            how="Make room, or lower storage.disk_free_min.",
        )  # fmt: skip
    elif free < max(FREE_GOOD, 2 * settings.disk_free_min):
        yield Finding(area="disk", state="note", what=f"{words}.", how="Make room: the ledger stops when it is full.")
    else:
        yield Finding(area="disk", state="ok", what=f"{words}.")
    if settings.ballast_size and not (rooms.data_dir / BALLAST_NAME).exists():
        room = _size(settings.disk_free_min + 2 * settings.ballast_size)
        yield Finding(
            area="disk", state="note", what="No ballast lies by for a full disk.",
            how=f"It comes back by itself when {room} are free.",
        )  # fmt: skip


def _engines(rooms: Rooms) -> Iterator[Finding]:
    states = {name: engine.health() for name, engine in rooms.engines.items()}
    down = {name for name, health in states.items() if health.state != "ready"}
    for name, health in states.items():
        if name in down:
            without = _models_without(rooms, down, name)
            means = f" Nobody else serves {', '.join(without[:5])}." if without else ""
            yield Finding(
                area="engines", state="wrong" if without else "note",
                what=f"The engine {name} is {health.state}: {health.last_error or 'it does not say why'}.{means}",
                how="See what it says; mend its [[provider]], then `tokenry reload`.",
            )  # fmt: skip
        elif health.last_error:
            yield Finding(
                area="engines", state="note", what=f"The engine {name} had trouble last: {health.last_error}",
                how="Nothing, as long as it does not come again.",
            )  # fmt: skip
    if states and not down:
        yield Finding(area="engines", state="ok", what=f"All engines are ready: {', '.join(sorted(states))}.")


def _models(rooms: Rooms) -> Iterator[Finding]:
    now = rooms.clock.monotonic_ns()
    for one in rooms.router.health(now):
        if one.state != "closed":
            yield Finding(
                area="models", state="note",
                what=f"The deployment {one.id} failed lately ({one.last_failure or 'no word why'}) and is left alone.",
                how="It is tried again by itself; look at the provider if it goes on.",
            )  # fmt: skip
    priced = rooms.ledger.prices
    unpriced = [
        entry.name
        for entry in rooms.router.catalogue.models
        if entry.listed and (priced is None or entry.name not in priced.prices)
    ]
    if unpriced:
        yield Finding(
            area="models", state="note", what=f"No price is written for {', '.join(unpriced[:5])}.",
            how="Awards of dollars cannot pay for them; give each a `price` in tokenry.toml.",
        )  # fmt: skip


def _models_without(rooms: Rooms, down: set[str], name: str) -> list[str]:
    entries = rooms.router.catalogue.models
    mine = [entry for entry in entries if any(one.provider == name for one in entry.deployments)]
    return [entry.name for entry in mine if all(one.provider in down for one in entry.deployments)]


def _backups(rooms: Rooms) -> Iterator[Finding]:
    try:
        restore = read_restore(rooms.data_dir)
    except StorageError as error:
        yield Finding(area="backups", state="wrong", what=error.message, how="tokenry restore BACKUP --force")
        restore = None
    if restore is not None:
        yield Finding(
            area="backups", state="wrong", what="This folder was restored, and later spending is forgotten.",
            how="Look at awards and keys, then: tokenry restore confirm",
        )  # fmt: skip
    newest = last_backup_ns(rooms)
    if newest is None:
        yield Finding(
            area="backups", state="note", what="No backup is known of.",
            how="tokenry backup /mnt/elsewhere --keep 14, once a day",
        )  # fmt: skip
        return
    old = (rooms.clock.now_ns() - newest) // DAY_NS > BACKUP_GOOD_DAYS
    yield Finding(
        area="backups", state="note" if old else "ok", what=f"The newest backup is of {isoformat(newest)}.",
        how="tokenry backup /mnt/elsewhere --keep 14, once a day" if old else None,
    )  # fmt: skip


def _clock(rooms: Rooms) -> Iterator[Finding]:
    now_ns = rooms.clock.now_ns()
    newest = next(iter(rooms.journal.find_latest(("settle", "hold"), 1)), None)
    if newest is not None and newest.at > now_ns + SKEW_NS:
        yield Finding(
            area="clock", state="wrong",
            what=f"The clock went back: it says {isoformat(now_ns)}, the newest row is of {isoformat(newest.at)}.",
            how="Let it follow NTP (timedatectl): until then windows and terms are counted wrongly.",
        )  # fmt: skip
    else:
        yield Finding(area="clock", state="ok", what=f"The clock says {isoformat(now_ns)}.")


def _address(rooms: Rooms) -> Iterator[Finding]:
    server = rooms.config.server
    if server.tls_cert_file is not None and server.tls_key_file is not None:
        yield _certificate(rooms, Path(server.tls_cert_file), Path(server.tls_key_file))
    elif _in_the_clear(server):
        yield Finding(
            area="address", state="note", what=f"Other machines speak to {server.host} in the clear, keys too.",
            how="Give it tls_cert_file and tls_key_file, or name the proxy in front of it in trusted_proxies.",
        )  # fmt: skip


def _certificate(rooms: Rooms, cert_file: Path, key_file: Path) -> Finding:
    now_ns = rooms.clock.now_ns()
    try:
        _, certificate = load(cert_file.expanduser(), key_file.expanduser(), now_ns)
    except BadCertificate as error:
        return Finding(area="address", state="wrong", what=error.message, how="Mend it, then: tokenry reload")
    left = certificate.days_left(now_ns)
    if left < WARN_DAYS:
        how = "Put a new one in its place: it is taken up by itself within seconds."
        return Finding(area="address", state="note", what=f"The certificate expires in {left} days.", how=how)
    return Finding(area="address", state="ok", what=f"The certificate holds {left} more days.")


def _in_the_clear(server: Server) -> bool:
    if server.trusted_proxies or server.unix_socket is not None or (server.public_url or "").startswith("https://"):
        return False
    try:
        return not ipaddress.ip_address(server.host).is_loopback
    except ValueError:
        return server.host != "localhost"


def _configuration(rooms: Rooms) -> Iterator[Finding]:
    if rooms.config_path is None and (rooms.data_dir / "tokenry.toml").exists():
        yield Finding(
            area="configuration", state="note", what="It runs by the defaults: tokenry.toml was made after its start.",
            how="tokenry reload",
        )  # fmt: skip
    else:
        read = "no file: the defaults hold" if rooms.config_path is None else str(rooms.config_path)
        yield Finding(area="configuration", state="ok", what=f"It reads {read}.")


def _access(rooms: Rooms) -> Iterator[Finding]:
    if not any(_pays(rooms, award) for award in rooms.ledger.books.awards.copy().values()):
        yield Finding(
            area="access", state="wrong", what="No award has anything left: every request is refused.",
            how="Grant one: tokenry award create --name more --usd 10",
        )  # fmt: skip
    if not any(member.role == "owner" for member in rooms.people.roster.members.values()):
        yield Finding(
            area="access", state="note", what="Nobody is an owner of the organization yet.", how="tokenry owner link"
        )


def _pays(rooms: Rooms, award: Award) -> bool:
    now_ns = rooms.clock.now_ns()
    ended = award.expires_at is not None and award.expires_at <= now_ns
    if award.state != "active" or ended or award.effective_at > now_ns:
        return False
    return rooms.ledger.books.accounts[award.account].unspent > 0


def _news(rooms: Rooms) -> Iterator[Finding]:
    waiting = rooms.notices.stats.waiting
    if waiting > 100:
        yield Finding(
            area="news", state="note", what=f"{waiting} messages wait to be delivered.",
            how="Look at the deliveries of webhooks, and at the mail server.",
        )  # fmt: skip


_LOOKS: tuple[Callable[[Rooms], Iterator[Finding]], ...] = (
    _ledger, _disk, _engines, _models, _backups, _clock, _address, _configuration, _access, _news,
)  # fmt: skip  # in the order in which they are told


def _size(count: int) -> str:
    """Bytes as people say them."""
    for unit, factor in (("GiB", 2**30), ("MiB", 2**20), ("KiB", 2**10)):
        if count >= factor:
            return f"{count // factor}.{count * 10 // factor % 10} {unit}"
    return f"{count} bytes"
