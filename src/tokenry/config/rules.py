"""What types cannot say of a configuration: rules within one table, and rules between tables.

Each rule yields (key or path, words); none raises. Words never repeat what may be a secret.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from ipaddress import ip_network
from pathlib import PurePath
from typing import Any
from urllib.parse import urlsplit

from tokenry.config import price_rules, sign_in_rules
from tokenry.config.problems import Path, did_you_mean, shown
from tokenry.config.schema import (
    Announced,
    Artifacts,
    Corpus,
    Mail,
    Milestones,
    Model,
    Oidc,
    Price,
    Provider,
    Section,
    Server,
    SignIn,
    Storage,
    Telemetry,
    TierPrice,
)

Complaint = tuple[str, str]  # (key within the table, words)

_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\Z")
_HEADER = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,256}\Z")
# Ours to write: they frame the message or carry the key, and a second copy would contradict the first.
_OWN_HEADERS = frozenset(
    (
        "host",
        "content-length",
        "content-type",
        "transfer-encoding",
        "connection",
        "upgrade",
        "te",
        "trailer",
        "expect",
        "accept",
        "accept-encoding",
        "x-request-id",
    )
)
_HOST = re.compile(r"[A-Za-z0-9._:-]{1,253}\Z")
_ADDRESS = re.compile(r"[^\s@<>,;:\"]{1,64}@[^\s@<>,;:\"]{1,253}\Z")
_LOOPBACK = ("localhost", "127.0.0.1", "::1")
_EMBEDDED_ONLY = ("model", "context_length", "parallel", "threads")
_TLS_ONLY = ("tls_server_name", "client_cert_file", "client_key_file")
_REMOTE_ONLY = ("api_key_env", "headers", "ca_file", *_TLS_ONLY, "proxy", "proxy_auth_env")
_SETS_MAX = 64
_DEFAULTS = Provider(name="defaults")


def of_table(table: Section) -> Iterator[Complaint]:
    """What is wrong within one table whose keys have the right types."""
    rule = _RULES.get(type(table))
    if rule is not None:
        yield from rule(table)


def between_tables(tree: Mapping[str, Any]) -> Iterator[tuple[Path, str]]:
    """What is wrong between tables. Takes the raw tree, so that one mistyped key does not hide these."""
    providers = [(path, table["name"]) for path, table in _tables(tree, ("provider",)) if _is_text(table.get("name"))]
    yield from _repeated("provider", [((*path, "name"), name) for path, name in providers])
    yield from _repeated("sign-in provider", sign_in_rules.providers(tree))
    models = list(_tables(tree, ("model",)))
    yield from _repeated("model name or alias", [place for path, table in models for place in _names(path, table)])
    known = {name for _, name in providers}
    for path, table in models:
        yield from _deployments(path, table, known)


def _deployments(path: Path, model: Mapping[str, Any], known: set[str]) -> Iterator[tuple[Path, str]]:
    seen: set[tuple[str, str]] = set()
    for place, table in _tables(model, ("deployments",)):
        provider, name = table.get("provider"), table.get("model")
        if not isinstance(provider, str):
            continue
        if provider not in known:
            hint = did_you_mean(provider, known) or _listed(known)
            yield (*path, *place, "provider"), f"no [[provider]] is called {shown(provider)}{hint}"
        if isinstance(name, str):
            if (provider, name) in seen:
                yield (*path, *place), f"{shown(f'{provider}/{name}')} stands here twice; give one of them more weight"
            seen.add((provider, name))


def _listed(known: set[str]) -> str:
    if not known:
        return "; this file has no [[provider]]"
    return "; there are " + ", ".join(map(shown, sorted(known))) if len(known) <= 10 else ""


def _names(path: Path, table: Mapping[str, Any]) -> Iterator[tuple[Path, str]]:
    if _is_text(table.get("name")):
        yield (*path, "name"), table["name"]
    aliases = table.get("aliases")
    for index, alias in enumerate(aliases if isinstance(aliases, list) else ()):
        if _is_text(alias):
            yield (*path, "aliases", index), alias


def _repeated(what: str, places: list[tuple[Path, str]]) -> Iterator[tuple[Path, str]]:
    seen: set[str] = set()
    for path, name in places:
        if name in seen:
            yield path, f"the {what} {shown(name)} is taken by an earlier one"
        seen.add(name)


def _tables(tree: Mapping[str, Any], path: Path) -> Iterator[tuple[Path, Mapping[str, Any]]]:
    rows = tree.get(str(path[-1]))
    for index, row in enumerate(rows if isinstance(rows, list) else ()):
        if isinstance(row, dict):
            yield (*path, index), row


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value)


def _server(server: Server) -> Iterator[Complaint]:
    for origin in server.cors_origins:
        if origin != "*" and (fault := _origin_fault(origin)):
            yield "cors_origins", fault
    if server.public_url is not None and (fault := url_fault(server.public_url)):
        yield "public_url", fault
    for network in server.trusted_proxies:
        if fault := _network_fault(network):
            yield "trusted_proxies", fault
    if server.tls_cert_file is not None and server.tls_key_file is None:
        yield (
            "tls_key_file",
            "is missing: tls_cert_file is the certificate, and this the private key that belongs to it",
        )
    if server.tls_key_file is not None and server.tls_cert_file is None:
        yield (
            "tls_cert_file",
            "is missing: tls_key_file is the private key, and this the certificate that belongs to it",
        )
    if server.tls_cert_file is not None and (server.public_url or "").startswith("http://"):
        yield "public_url", "must begin with https://, since tls_cert_file is given"


def _network_fault(network: str) -> str | None:
    if network == "unix":
        return None  # whoever speaks through server.unix_socket
    try:
        ip_network(network)
    except ValueError as error:
        if "has host bits set" in str(error):
            return f'{shown(network)} is an address within a network; write "{ip_network(network, strict=False)}"'
        return f'{shown(network)} must be an address, a network such as "10.0.0.0/8", or "unix"'
    return None


def _storage(storage: Storage) -> Iterator[Complaint]:
    if storage.url is not None:
        yield "url", "PostgreSQL is not built yet; leave this key out to use SQLite files in the data folder"


def _milestones(milestones: Milestones) -> Iterator[Complaint]:
    for key, most in (("thresholds", 20), ("font_files", 8)):
        if len(getattr(milestones, key)) > most:
            yield key, f"names more than {most}"
    if len(set(milestones.thresholds)) < len(milestones.thresholds):
        yield "thresholds", "names a number of tokens twice; each is reached once"
    issuer = milestones.issuer
    if issuer is not None and (issuer != issuer.strip() or not issuer.isprintable()):
        yield "issuer", "must be a name of printable characters, without a blank at its ends"


def _corpus(corpus: Corpus) -> Iterator[Complaint]:
    if len(corpus.sets) > _SETS_MAX:
        yield "sets", f"names more than {_SETS_MAX}; one pattern leads to many folders"
    for text in corpus.sets:
        if not text.isprintable() or text != text.strip():
            yield "sets", f"{shown(text)} must be a path of printable characters, without a blank at its ends"
        elif not (PurePath(text).is_absolute() or text.startswith("~/")):
            yield "sets", f'{shown(text)} must be a whole path, such as "/srv/sets/*", or begin with ~/'
        elif "**" in text:
            yield "sets", f"{shown(text)} would walk through everything below; write a * for each folder on the way"
    if len(set(corpus.sets)) < len(corpus.sets):
        yield "sets", "names a path twice"


def _artifacts(artifacts: Artifacts) -> Iterator[Complaint]:
    for key, url in (("index_url", artifacts.index_url), ("hub_url", artifacts.hub_url)):
        if url is not None and (fault := url_fault(url, credentials=key == "index_url")):
            yield key, fault


def _telemetry(telemetry: Telemetry) -> Iterator[Complaint]:
    if telemetry.endpoint is not None and (fault := url_fault(telemetry.endpoint)):
        yield "endpoint", fault
    if telemetry.headers_env is not None and not _VARIABLE.match(telemetry.headers_env):
        yield "headers_env", "must be the name of an environment variable (letters, digits, _); no secret stands here"


def _mail(mail: Mail) -> Iterator[Complaint]:
    if mail.host is None:
        for key in ("port", "username", "password_env"):
            if getattr(mail, key) is not None:
                yield "host", f"is missing: {key} is of a mail server, and this says which"
        return
    if not _HOST.match(mail.host):
        yield "host", 'must be a name or an address alone, such as "mail.example.org"'
    if mail.from_address is None:
        yield "from_address", 'is missing: say whom the mails come from, such as "tokenry@example.org"'
    elif not _ADDRESS.match(mail.from_address):
        yield "from_address", 'must be an address alone, such as "tokenry@example.org"'
    if (mail.username is None) != (mail.password_env is None):
        key, other = ("password_env", "username") if mail.username is not None else ("username", "password_env")
        yield key, f"is missing: it belongs to {other}"
    if mail.password_env is not None and not _VARIABLE.match(mail.password_env):
        yield "password_env", "must be the name of an environment variable (letters, digits, _); no secret stands here"
    if mail.username is not None and mail.tls == "none" and mail.host not in _LOOPBACK:
        yield "tls", 'must be "starttls" or "tls": a password would cross the network in clear'
    if mail.ca_file is not None and mail.tls == "none":
        yield "ca_file", "has a meaning only with TLS; leave it out"


def _model(model: Model) -> Iterator[Complaint]:
    for key, name in [("name", model.name), *(("aliases", alias) for alias in model.aliases)]:
        if name != name.strip():
            yield key, f"{shown(name)} must not begin or end with a blank"
    if model.context_length is not None and model.max_output_tokens > model.context_length:
        yield "max_output_tokens", f"{model.max_output_tokens} is more than context_length ({model.context_length})"
    yield from price_rules.of_model(model)


def _provider(provider: Provider) -> Iterator[Complaint]:
    if provider.base_url is not None and (fault := url_fault(provider.base_url)):
        yield "base_url", fault
    yield from _dialect(provider)
    if provider.api_key_env is not None and not _VARIABLE.match(provider.api_key_env):
        words = "must be the name of an environment variable (letters, digits, _); the key itself never stands here"
        yield "api_key_env", words
    for name, value in provider.headers.items():
        if fault := _header_fault(name, value):
            yield "headers", fault
    if provider.ca_file is not None and not provider.verify_tls:
        yield "verify_tls", "is false, so ca_file would not be used; leave one of them out"
    yield from _connection(provider)


def _connection(provider: Provider) -> Iterator[Complaint]:
    if (provider.base_url or "").startswith("http://"):
        yield from _unused(provider, _TLS_ONLY, "a base_url that begins with https://")
    if provider.client_key_file is not None and provider.client_cert_file is None:
        yield "client_cert_file", "is missing: client_key_file is a private key, and this the certificate it belongs to"
    if provider.proxy is not None and provider.proxy != "environment" and (fault := _proxy_fault(provider.proxy)):
        yield "proxy", fault
    if provider.proxy_auth_env is not None:
        if provider.proxy is None or provider.proxy == "environment":
            yield "proxy_auth_env", 'has a meaning only for a proxy named here, such as "http://proxy.example.org:3128"'
        if not _VARIABLE.match(provider.proxy_auth_env):
            words = "must be the name of an environment variable that holds user:password; neither ever stands here"
            yield "proxy_auth_env", words


def _proxy_fault(url: str) -> str | None:
    if not url.startswith("http://"):
        return 'must be "http://" with a host and a port, or "environment"; other proxies are not spoken to'
    if "@" in url:
        return "must not hold a user or password; name an environment variable in proxy_auth_env"
    if fault := url_fault(url):
        return fault
    parts = urlsplit(url)
    if parts.port is None or parts.path.strip("/"):
        return 'must be a host and a port, such as "http://proxy.example.org:3128"'
    return None


def _dialect(provider: Provider) -> Iterator[Complaint]:
    dialect = provider.dialect
    if dialect == "openai" and provider.base_url is None:
        yield "base_url", 'is missing: say where the endpoint is, such as "http://127.0.0.1:8000/v1"'
    if dialect == "scripted" and provider.base_url is not None:
        yield "base_url", "the scripted engine is part of this program; leave this key out"
    if dialect == "whisper":
        yield from _whisper(provider)
    if dialect not in {"openai", "scripted"}:  # in llama.cpp's own dialect prompts are kept apart, in no other API
        yield from _unused(provider, ("speaks",), 'an endpoint of dialect = "openai"')
    if dialect == "llama.cpp" and provider.base_url is None and provider.model is None:
        yield "model", "is missing: name an artifact or a GGUF file to run here, or give the base_url of a llama-server"
    if dialect == "llama.cpp" and provider.base_url is not None and provider.model is not None:
        yield "model", "runs a model here, base_url uses one that runs elsewhere; leave one of them out"
        return
    if not provider.embedded:
        here = 'a model run here (dialect "whisper", or "llama.cpp" without base_url)'
        yield from _unused(provider, _EMBEDDED_ONLY, here)
    if dialect == "scripted" or provider.embedded:
        yield from _unused(provider, _REMOTE_ONLY, "a remote endpoint")


def _whisper(provider: Provider) -> Iterator[Complaint]:
    if provider.model is None:
        yield "model", 'is missing: name an artifact such as "whisper-tiny.en", or the folder of a CTranslate2 model'
    if provider.base_url is not None:
        yield "base_url", 'runs nothing here: a Whisper that runs elsewhere speaks OpenAI\'s API, so dialect = "openai"'
    yield from _unused(provider, ("context_length",), 'a model that reads text (dialect "llama.cpp")')


def _unused(provider: Provider, keys: tuple[str, ...], when: str) -> Iterator[Complaint]:
    for key in keys:
        if getattr(provider, key) != getattr(_DEFAULTS, key):
            yield key, f"has a meaning only for {when}; leave it out"


def _header_fault(name: str, value: str) -> str | None:
    if not _HEADER.match(name):
        return f"{shown(name)} is not the name of an HTTP header"
    if name.lower() == "authorization":
        return "authorization is sent from api_key_env; a secret never stands in this file"
    if name.lower() in _OWN_HEADERS:
        return f"{name.lower()} is written by the gateway itself and cannot be set"
    if not value.isascii() or any(c < " " or c == "\x7f" for c in value):
        return f"the value of {name.lower()} must be printable ASCII, without control characters"
    return None


def url_fault(url: str, *, credentials: bool = False) -> str | None:
    """What is wrong with an http or https address, or None.

    Args:
        url: the address as written.
        credentials: whether `user:password@` may stand in it.
    """
    if not (url.isascii() and url.isprintable()) or " " in url:
        return "must be an address without blanks or characters beyond ASCII"
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return "is not an address: its host or port cannot be read"
    if parts.scheme not in ("http", "https"):
        return "must begin with http:// or https://"
    if not parts.hostname or port == 0:
        return "is not an address: its host or port cannot be read"
    if not credentials and "@" in parts.netloc:
        return "must not hold a user or password; name an environment variable in api_key_env"
    if parts.query or parts.fragment:
        return "must end with its path: no ? and no #"
    return None


def _origin_fault(origin: str) -> str | None:
    if fault := url_fault(origin):
        return f"{shown(origin)} {fault}" if "@" not in origin else fault
    if urlsplit(origin).path:
        return f'{shown(origin)} must be an origin, scheme and host alone, such as "https://chat.example.org"'
    return None


_RULES: Mapping[type[Section], Callable[[Any], Iterator[Complaint]]] = {
    Server: _server,
    Storage: _storage,
    Artifacts: _artifacts,
    Corpus: _corpus,
    Telemetry: _telemetry,
    SignIn: sign_in_rules.of_sign_in,
    Oidc: lambda oidc: sign_in_rules.of_oidc(oidc, url_fault),
    Mail: _mail,
    Milestones: _milestones,
    Model: _model,
    Price: price_rules.of_price,
    TierPrice: price_rules.of_tier,
    Announced: price_rules.of_announced,
    Provider: _provider,
}
