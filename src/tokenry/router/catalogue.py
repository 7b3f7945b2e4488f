"""The catalogue: every model that clients may name, and who can serve it. Frozen; a reload builds a new one.

Knows names, prices and deployments. Knows nothing of who may use a model (access) or how a deployment fares
(breaker.py).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from tokenry.base.data_class import DATA_CLASSES, DataClass, may_see
from tokenry.base.errors import NotFound
from tokenry.base.limits import MODEL_NAME_LENGTH_MAX
from tokenry.base.units import rate_from_usd_per_million
from tokenry.config import Announced, Config, Cost, Model, ModelKind, Price, nearest

DISCOVERED_PER_PROVIDER_MAX = 10_000  # a provider's /models is outside text; no list of it may fill our memory


class UnknownModel(NotFound):
    """No model of that name or alias; the message says which name comes close."""

    code = "model_not_found"


@dataclass(frozen=True, slots=True)
class Rates:
    """The usual rates of a price as integers: nano-USD per 1,000,000 tokens. Cached tokens without their own cost the
    input's. What else a price may say is the ledger's to know."""

    input: int
    output: int
    cached_input: int


@dataclass(frozen=True, slots=True)
class DeploymentEntry:
    """One provider's offer of a model. `id` is `provider/model`; two models that share an upstream share its health."""

    id: str
    provider: str
    model: str  # what the provider calls it
    priority: int  # lower is tried first
    weight: int
    data_class: DataClass = "confidential"  # the highest that the provider may see


@dataclass(frozen=True, slots=True)
class ModelEntry:
    """A model as clients see it. Prices are as configured; rates are the same, ready for arithmetic.

    `listed` is False for a model that a provider offers and the configuration does not mention; it has no price.
    """

    name: str
    aliases: tuple[str, ...]
    kind: ModelKind
    price: Price | None
    cost: Cost
    rates: Rates | None
    max_output_tokens: int
    context_length: int | None
    template_tokens: int
    image_tokens: int | None
    deployments: tuple[DeploymentEntry, ...]  # lower priority numbers first, else as configured
    listed: bool = True
    announced: tuple[Announced, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """Everything it can be asked for by."""
        return (self.name, *self.aliases)

    def seen_by(self, data_class: DataClass) -> ModelEntry:
        """The model with those deployments alone whose providers may see prompts of this class; it may have none."""
        fit = tuple(d for d in self.deployments if may_see(d.data_class, data_class))
        return self if len(fit) == len(self.deployments) else replace(self, deployments=fit)


class Catalogue:
    """Models by name and alias. Never changes once built."""

    __slots__ = ("_by_name", "_fit_for", "models")

    def __init__(self, models: Iterable[ModelEntry]) -> None:
        self.models: tuple[ModelEntry, ...] = tuple(models)
        self._by_name: dict[str, ModelEntry] = {}
        for entry in self.models:
            for name in entry.names:
                assert name not in self._by_name, f"two models are called {name}"
                self._by_name[name] = entry
        self._fit_for = {c: _narrowed(self._by_name, c) for c in DATA_CLASSES}

    @classmethod
    def build(cls, config: Config, discovered: Mapping[str, Iterable[str]] | None = None) -> Catalogue:
        """The catalogue of `config`.

        Args:
            config: a configuration that passed its own checks.
            discovered: what the `/models` of providers said, by provider name. Used only for providers that no
                configured model names; where a name is taken already, the configuration wins.
        """
        classes = {provider.name: provider.data_class for provider in config.provider}
        models = [_configured(model, classes) for model in config.model]
        used = {deployment.provider for entry in models for deployment in entry.deployments}
        taken = {name for entry in models for name in entry.names}
        offers: dict[str, list[str]] = {}  # model name -> the providers that offer it
        for provider in config.provider:
            if provider.name not in used:
                for name in _sound((discovered or {}).get(provider.name, ())):
                    if name not in taken:
                        offers.setdefault(name, []).append(provider.name)
        return cls([*models, *(_offered(name, providers, classes) for name, providers in offers.items())])

    def resolve(self, name: str, data_class: DataClass | None = None) -> ModelEntry | None:
        """The model with this name or alias, or None.

        Args:
            name: what the client asked for.
            data_class: of its prompts: of the model's deployments, only those that may see such; None = all of them.
        """
        return (self._by_name if data_class is None else self._fit_for[data_class]).get(name)

    def unknown(self, name: str, visible: Collection[str] | None = None) -> UnknownModel:
        """The error for a name that resolves to nothing.

        Args:
            name: what the client asked for.
            visible: the only names a hint may tell (a key with a list of models must not learn of others); None = all.
        """
        cut = name if len(name) <= MODEL_NAME_LENGTH_MAX else name[:MODEL_NAME_LENGTH_MAX] + "…"
        guess = nearest(name, self._by_name if visible is None else [n for n in self._by_name if n in visible])
        hint = f" Did you mean '{guess}'?" if guess else ""
        message = f"The model '{cut}' does not exist or you do not have access to it.{hint}"
        return UnknownModel(message, param="model")

    def deployment_ids(self) -> frozenset[str]:
        """The ids of every deployment of every model."""
        return frozenset(deployment.id for entry in self.models for deployment in entry.deployments)


def _narrowed(models: dict[str, ModelEntry], data_class: DataClass) -> dict[str, ModelEntry]:
    """The models as a class of data sees them: the very same table when every provider may see it."""
    fit = {name: entry.seen_by(data_class) for name, entry in models.items()}
    return models if all(fit[name] is entry for name, entry in models.items()) else fit


def _configured(model: Model, classes: Mapping[str, DataClass]) -> ModelEntry:
    deployments = [
        DeploymentEntry(f"{d.provider}/{d.model}", d.provider, d.model, d.priority, d.weight, classes[d.provider])
        for d in model.deployments
    ]
    return ModelEntry(
        name=model.name,
        aliases=model.aliases,
        kind=model.kind,
        price=model.price,
        cost=model.cost,
        rates=_rates(model.price),
        max_output_tokens=model.max_output_tokens,
        context_length=model.context_length,
        template_tokens=model.template_tokens,
        image_tokens=model.image_tokens,
        deployments=tuple(sorted(deployments, key=lambda d: d.priority)),
        announced=model.announced,
    )


def _offered(name: str, providers: list[str], classes: Mapping[str, DataClass]) -> ModelEntry:
    defaults = Model(name=name, deployments=())
    return ModelEntry(
        name=name,
        aliases=(),
        kind=_kind_of(name),
        price=None,
        cost=None,
        rates=None,
        max_output_tokens=defaults.max_output_tokens,
        context_length=None,
        template_tokens=defaults.template_tokens,
        image_tokens=None,
        deployments=tuple(
            DeploymentEntry(f"{provider}/{name}", provider, name, 1, 1, classes[provider]) for provider in providers
        ),
        listed=False,
    )


def _kind_of(name: str) -> ModelKind:
    """A bare list of names says nothing of kinds, but by custom names do."""
    lower = name.lower()
    if "embed" in lower:
        return "embedding"
    if "whisper" in lower or "transcribe" in lower:
        return "transcription"
    return "speech" if "tts" in lower.replace("/", "-").split("-") else "chat"


def _sound(names: Iterable[str]) -> Iterator[str]:
    """The names of a provider's list that can stand in a request and a log, each once, up to the limit."""
    seen: set[str] = set()
    for name in names:
        if len(seen) == DISCOVERED_PER_PROVIDER_MAX:
            return
        if 0 < len(name) <= MODEL_NAME_LENGTH_MAX and name.isprintable() and name == name.strip() and name not in seen:
            seen.add(name)
            yield name


def _rates(price: Price | None) -> Rates | None:
    if price is None:
        return None
    plain = price.input or price.embedding or Decimal(0)
    return Rates(
        input=rate_from_usd_per_million(plain),
        output=rate_from_usd_per_million(price.output),
        cached_input=rate_from_usd_per_million(plain if price.cached_input is None else price.cached_input),
    )
