"""What the HTTP routes, the command line and the server's own round all do about certificates. Blocks."""

from __future__ import annotations

from pathlib import Path

from tokenry.access import Actor
from tokenry.api.rooms import Rooms
from tokenry.programmes.certificates import Certificate, Form, KeyRing, Named, Register, printed
from tokenry.storage import StorageError

_UNNAMED = "default"  # what the first start calls its organization, which is nobody's name


def register_of(rooms: Rooms) -> Register:
    """The certificates of an installation, with the key that the configuration in force names."""
    keys = KeyRing(rooms.desk.db, rooms.clock, rooms.data_dir)
    file = rooms.config.milestones.key_file
    keys.file = None if file is None else Path(file).expanduser()
    return Register(rooms.desk, rooms.notices, keys)


def issuer_of(rooms: Rooms) -> str:
    """Whose name stands under a certificate."""
    if rooms.config.milestones.issuer is not None:
        return rooms.config.milestones.issuer
    first = rooms.directory.organizations()[0].name
    return "Tokenry" if first == _UNNAMED else first


def named(rooms: Rooms, organization_id: str) -> Named:
    """The names of today."""
    organization = rooms.people.roster.organizations.get(organization_id)
    return Named(issuer_of(rooms), organization_id if organization is None else organization.name)


def reissue(rooms: Rooms, by: Actor, certificate_id: str, name: str | None) -> Certificate:
    """Sign one anew, under a name, or under the organization's own. Raises NotFound, InvalidRequest, StorageError."""
    today = named(rooms, by.organization_id)
    return register_of(rooms).reissue(by, certificate_id, today.issuer, today.organization if name is None else name)


def address_of(rooms: Rooms, certificate_id: str) -> str | None:
    """Where anybody may verify it; None when nobody has said where this server is reached."""
    base = rooms.config.server.public_url
    return None if base is None else f"{base.rstrip('/')}/verify/{certificate_id}"


def file_of(rooms: Rooms, certificate: Certificate, form: Form) -> bytes:
    """It as SVG or PDF. Raises StorageError when a font file of the configuration cannot be used."""
    faces = rooms.config.milestones.font_files
    try:
        return printed(certificate, form, address_of(rooms, certificate.statement.id), faces)
    except OSError as error:
        raise StorageError(f"a font of milestones.font_files cannot be used: {error}") from error


def file_name(certificate: Certificate, ending: str) -> str:
    """What a file with it is called."""
    return f"certificate-{certificate.statement.id}.{ending}"
