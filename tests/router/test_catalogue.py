"""The catalogue: names, prices as integers, deployments in order, and what providers offer unasked."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tokenry.base.data_class import DataClass
from tokenry.config import Price, parse
from tokenry.router import Catalogue, DeploymentEntry, Rates, UnknownModel

CONFIG = parse(
    """
[[provider]]
name = "lab"
base_url = "http://lab/v1"
[[provider]]
name = "cloud"
base_url = "https://cloud/v1"
[[provider]]
name = "ollama"
base_url = "http://127.0.0.1:11434/v1"
[[provider]]
name = "spare"
base_url = "http://spare/v1"

[[model]]
name = "big"
aliases = ["house-default", "gpt"]
price = { input = 0.10, cached_input = 0.02, output = 0.40 }
cost = { input = 0.05 }
max_output_tokens = 8192
context_length = 131072
image_tokens = 1600
deployments = [
  { provider = "cloud", model = "big-v1", priority = 2 },
  { provider = "lab", model = "org/big", weight = 3 },
]
[[model]]
name = "free"
kind = "embedding"
deployments = [{ provider = "lab", model = "free" }]
""",
    source="test",
)


def test_a_model_is_found_by_its_name_and_each_alias() -> None:
    catalogue = Catalogue.build(CONFIG)
    entry = catalogue.resolve("big")
    assert entry is not None
    assert catalogue.resolve("house-default") is entry is catalogue.resolve("gpt")
    assert catalogue.resolve("Big") is None
    assert [model.name for model in catalogue.models] == ["big", "free"]


def test_an_entry_carries_what_the_request_path_needs() -> None:
    entry = Catalogue.build(CONFIG).resolve("big")
    assert entry is not None
    assert entry.price is not None
    assert entry.price.input == Decimal("0.10")
    assert entry.rates == Rates(input=100_000_000, output=400_000_000, cached_input=20_000_000)
    assert isinstance(entry.cost, Price)
    assert (entry.cost.input, entry.cost.output) == (Decimal("0.05"), 0)
    assert (entry.max_output_tokens, entry.context_length) == (8192, 131072)
    assert (entry.template_tokens, entry.image_tokens) == (64, 1600)
    assert entry.deployments == (
        DeploymentEntry("lab/org/big", "lab", "org/big", 1, 3),
        DeploymentEntry("cloud/big-v1", "cloud", "big-v1", 2, 1),
    )


def test_a_model_without_a_price_has_no_rates() -> None:
    entry = Catalogue.build(CONFIG).resolve("free")
    assert entry is not None
    assert (entry.price, entry.rates, entry.kind, entry.listed) == (None, None, "embedding", True)


def test_providers_that_no_model_names_offer_what_they_list() -> None:
    catalogue = Catalogue.build(CONFIG, {"ollama": ["llama3.2", "nomic-embed-text"], "spare": ["llama3.2"]})
    entry = catalogue.resolve("llama3.2")
    assert entry is not None
    assert (entry.rates, entry.kind, entry.listed) == (None, "chat", False)
    assert [deployment.id for deployment in entry.deployments] == ["ollama/llama3.2", "spare/llama3.2"]
    embedder = catalogue.resolve("nomic-embed-text")
    assert embedder is not None
    assert embedder.kind == "embedding"


@pytest.mark.parametrize(
    ("offered", "why"),
    [
        ({"lab": ["other"]}, "a configured model names this provider, so its list is closed"),
        ({"stranger": ["other"]}, "no such provider"),
        ({"ollama": [""]}, "empty"),
        ({"ollama": ["a\nb"]}, "control characters"),
        ({"ollama": [" a"]}, "blanks around"),
        ({"ollama": ["x" * 257]}, "too long"),
        ({"ollama": ["big", "gpt"]}, "taken by the configuration"),
    ],
)
def test_offers_that_are_not_taken_up(offered: dict[str, list[str]], why: str) -> None:
    assert [entry.name for entry in Catalogue.build(CONFIG, offered).models] == ["big", "free"], why


def test_a_providers_list_cannot_fill_our_memory() -> None:
    catalogue = Catalogue.build(CONFIG, {"ollama": (f"m{i}" for i in range(20_000))})
    assert len(catalogue.models) == 2 + 10_000


def test_a_name_listed_twice_by_one_provider_is_one_deployment() -> None:
    entry = Catalogue.build(CONFIG, {"ollama": ["m", "m"]}).resolve("m")
    assert entry is not None
    assert len(entry.deployments) == 1


def test_an_unknown_name_gets_the_nearest_one_that_the_caller_may_see() -> None:
    catalogue = Catalogue.build(CONFIG)
    error = catalogue.unknown("hose-default")
    assert isinstance(error, UnknownModel)
    assert (error.status, error.code, error.param) == (404, "model_not_found", "model")
    assert error.message.endswith("Did you mean 'house-default'?")
    assert "house-default" not in catalogue.unknown("hose-default", visible={"free"}).message
    assert "Did you mean" not in catalogue.unknown("zzz").message


def test_an_endless_name_is_not_repeated_in_full() -> None:
    assert len(Catalogue.build(CONFIG).unknown("x" * 1_000_000).message) < 400


def test_deployment_ids_are_those_of_all_models() -> None:
    assert Catalogue.build(CONFIG).deployment_ids() == {"lab/org/big", "cloud/big-v1", "lab/free"}


def test_a_class_of_data_sees_the_deployments_that_may_see_it() -> None:
    providers = [
        f'[[provider]]\nname = "{name}"\ndialect = "scripted"\ndata_class = "{name}"\n'
        for name in ("public", "internal", "confidential")
    ]
    everywhere = ", ".join(f'{{ provider = "{c}", model = "m" }}' for c in ("public", "internal", "confidential"))
    models = f"""
[[model]]
name = "anywhere"
aliases = ["a"]
deployments = [{everywhere}]
[[model]]
name = "outside"
deployments = [{{ provider = "public", model = "x" }}]
"""
    catalogue = Catalogue.build(parse("".join(providers) + models, source="test"))

    def seen(name: str, data_class: DataClass | None) -> list[str]:
        entry = catalogue.resolve(name, data_class)
        assert entry is not None
        return [deployment.provider for deployment in entry.deployments]

    assert seen("a", None) == seen("anywhere", "public") == ["public", "internal", "confidential"]
    assert seen("a", "internal") == ["internal", "confidential"]
    assert seen("anywhere", "confidential") == ["confidential"]
    assert seen("outside", "public") == ["public"]
    assert seen("outside", "internal") == []
    assert catalogue.resolve("nobody", "public") is None


def test_nothing_is_kept_twice_while_every_provider_may_see_everything() -> None:
    catalogue = Catalogue.build(CONFIG, {"ollama": ["m"]})
    for name in ("big", "gpt", "m"):
        assert catalogue.resolve(name, "confidential") is catalogue.resolve(name)


def test_what_a_provider_offers_unasked_has_its_class() -> None:
    config = parse('[[provider]]\nname = "p"\ndialect = "scripted"\ndata_class = "public"\n', source="test")
    entry = Catalogue.build(config, {"p": ["m"]}).resolve("m", "internal")
    assert entry is not None
    assert entry.deployments == ()
