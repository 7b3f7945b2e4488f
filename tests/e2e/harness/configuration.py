"""Configuration files for tests, written as text as a person would."""

from __future__ import annotations

MOCK_PROVIDER = """
[[provider]]
name = "{name}"
base_url = "{url}"
max_concurrency = 1024
"""
SCRIPTED_PROVIDER = """
[[provider]]
name = "{name}"
dialect = "scripted"
"""


def model(name: str, *, to: str = "", price: str | None = "input = 1, output = 2", more: str = "") -> str:
    """A [[model]]; `to` names its deployments as `provider/model provider/model …` in order of priority."""
    rows = []
    for priority, target in enumerate((to or f"mock/{name}").split(), start=1):
        provider, _, inner = target.partition("/")
        rows.append(f'{{ provider = "{provider}", model = "{inner}", priority = {priority} }}')
    priced = f"price = {{ {price} }}\n" if price else ""
    return f'\n[[model]]\nname = "{name}"\n{priced}{more}\ndeployments = [ {", ".join(rows)} ]\n'


def scripted(name: str, script: str = "", *, price: str | None = "input = 1, output = 2", more: str = "") -> str:
    """A [[model]] on the scripted engine `script`; directives stand in its inner name, as `words=5&delay_ms=10`."""
    return model(name, to=f"script/scripted?{script}" if script else "script/scripted", price=price, more=more)


def configured(*models: str, mocks: dict[str, str] | None = None, top: str = "") -> str:
    """The file: providers `mock`s by name and URL, the scripted engine `script`, models as `model()` writes them."""
    providers = [MOCK_PROVIDER.format(name=name, url=url) for name, url in (mocks or {}).items()]
    return "".join([top, *providers, SCRIPTED_PROVIDER.format(name="script"), *models])
