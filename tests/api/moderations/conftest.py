"""One stand a test."""

from tests.api.organization.conftest import anyio_backend, stand

__all__ = ["anyio_backend", "stand"]
