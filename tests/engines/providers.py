"""Providers for tests, without a configuration file."""

from __future__ import annotations

from typing import Any

from tokenry.config import Provider


def provider(name: str = "test", **fields: Any) -> Provider:
    """One `[[provider]]` of the configuration."""
    return Provider(name=name, **fields)
