"""What `tokenry doctor` sees of what stands around a server: the address it listens on, TLS, providers.

Nothing is sent to anybody: a connection is opened and closed again.
"""

from __future__ import annotations

import ipaddress
import os
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlsplit

from tokenry.base.certificate import WARN_DAYS, BadCertificate, load
from tokenry.base.clock import SystemClock
from tokenry.base.errors import TokenryError
from tokenry.cli import places
from tokenry.cli.finding import Finding, Patient, State
from tokenry.config import Config, Server

CONNECT_S = 2.0


def address(patient: Patient) -> Iterator[Finding]:
    """Whether a start could listen where it is told to."""
    if patient.running:
        return
    try:
        server = places.read_config(patient.folder, patient.config).server
    except TokenryError:
        return  # the configuration's own finding says so
    if server.unix_socket is not None:
        folder = Path(server.unix_socket).expanduser().absolute().parent
        if not folder.is_dir() or not os.access(folder, os.W_OK | os.X_OK):
            how = "make the folder, or mend its owner or mode (systemd: RuntimeDirectory=tokenry)"
            yield Finding("wrong", f"cannot listen in {folder}: it is not there, or cannot be written", how)
        return
    try:
        family, kind, _, _, where = socket.getaddrinfo(server.host, server.port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(where)
        yield Finding("ok", f"port {server.port} on {server.host} is free")
    except OSError as error:
        yield Finding(
            "wrong",
            f"cannot listen on {server.host} port {server.port}: {error.strerror}",
            "stop the other program, or serve with --port",
        )


def tls(patient: Patient) -> Iterator[Finding]:
    """How long the certificate holds, for whom it is, and whether anybody speaks in the clear."""
    try:
        server = places.read_config(patient.folder, patient.config).server
    except TokenryError:
        return
    if server.tls_cert_file is not None and server.tls_key_file is not None:
        yield from _certificate(server, Path(server.tls_cert_file), Path(server.tls_key_file))
    elif _in_the_clear(server):
        yield Finding(
            "note",
            f"other machines speak to {server.host} in the clear, keys too",
            "give it tls_cert_file and tls_key_file, or name the proxy in front of it in trusted_proxies",
        )


def _certificate(server: Server, cert_file: Path, key_file: Path) -> Iterator[Finding]:
    now_ns = SystemClock().now_ns()
    try:
        _, certificate = load(cert_file.expanduser(), key_file.expanduser(), now_ns)
    except BadCertificate as error:
        yield Finding("wrong", error.message, "then: tokenry reload")
        return
    left = certificate.days_left(now_ns)
    host = urlsplit(server.public_url or "").hostname
    if left < WARN_DAYS:
        how = "put a new one in its place: it is taken up by itself within seconds"
        yield Finding("note", f"the certificate {cert_file} expires in {left} days", how)
    elif host is not None and not certificate.serves(host):
        how = f"have one made for {host}, or mend server.public_url"
        yield Finding("note", f"the certificate is for {', '.join(certificate.names)} and not for {host}", how)
    else:
        yield Finding("ok", f"the certificate holds {left} more days")


def _in_the_clear(server: Server) -> bool:
    if server.trusted_proxies or server.unix_socket is not None or (server.public_url or "").startswith("https://"):
        return False
    try:
        return not ipaddress.ip_address(server.host).is_loopback
    except ValueError:
        return server.host != "localhost"


def providers(patient: Patient) -> Iterator[Finding]:
    """Whether somebody listens where the remote providers are, and what that means for the models they serve."""
    try:
        config = places.read_config(patient.folder, patient.config)
    except TokenryError:
        return
    # Behind a proxy it is the proxy that we connect to.
    remote = [
        (one.name, one.proxy if one.proxy and "://" in one.proxy else one.base_url)
        for one in config.provider
        if one.base_url
    ]
    if not remote:
        return
    with ThreadPoolExecutor(max_workers=16) as pool:
        found = {
            name: why for (name, _), why in zip(remote, pool.map(_unreachable, [u for _, u in remote]), strict=True)
        }
    down = {name for name, why in found.items() if why}
    for name, url in remote:
        if name not in down:
            yield Finding("ok", f"somebody listens for the provider {name} at {url}")
            continue
        without = models_without(config, down, name)
        state: State = "note" if without == [] else "wrong"
        means = {"note": "; other providers serve its models", "wrong": ""}[state]
        if without:
            means = f"; nobody else serves {', '.join(without[:5])}"
        yield Finding(
            state,
            f"nothing listens for the provider {name} at {url}: {found[name]}{means}",
            "start it, or mend its base_url",
        )


def models_without(config: Config, down: set[str], name: str) -> list[str] | None:
    """The models of one provider that is down for which no other one is up.

    Returns:
        Their names; empty when each has a fallback; None when no model names the provider, so that nobody knows.
    """
    its = [model for model in config.model if any(one.provider == name for one in model.deployments)]
    if not its:
        return None
    return [model.name for model in its if all(one.provider in down for one in model.deployments)]


def _unreachable(url: str) -> str:
    """Why no connection comes about; nothing when one does."""
    parts = urlsplit(url)
    try:
        port = parts.port or (443 if parts.scheme == "https" else 80)
        with socket.create_connection((parts.hostname or "", port), timeout=CONNECT_S):
            return ""
    except TimeoutError:
        return f"no answer within {CONNECT_S:g} s"
    except OSError as error:
        return error.strerror or str(error)
