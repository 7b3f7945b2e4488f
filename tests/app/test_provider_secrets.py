"""What providers are given of the environment: what they name, and the usual proxies' names only when they say so."""

from __future__ import annotations

import pytest

from tests.engines.providers import provider
from tokenry.app import fleet
from tokenry.config import ConfigError


def test_providers_get_the_variables_that_they_name(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {"KEY": "k", "AUTH": "us:s3cret", "HTTPS_PROXY": "http://p:1", "no_proxy": "x"}.items():
        monkeypatch.setenv(name, value)
    plain = provider(base_url="https://h", api_key_env="KEY")
    proxied = provider(base_url="https://h", proxy="http://p:1", proxy_auth_env="AUTH")
    told = provider(base_url="https://h", proxy="environment")
    assert fleet._secrets([plain, proxied]) == {"KEY": "k", "AUTH": "us:s3cret"}
    given = fleet._secrets([told])
    assert given["HTTPS_PROXY"] == "http://p:1"
    assert given["no_proxy"] == "x"
    assert "KEY" not in given
    with pytest.raises(ConfigError, match="MISSING"):
        fleet._secrets([provider(base_url="https://h", proxy="http://p:1", proxy_auth_env="MISSING")])
