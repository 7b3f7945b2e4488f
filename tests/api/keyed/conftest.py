"""One stand a test, and one for all tests of a file that change nothing."""

from tests.api.organization.conftest import anyio_backend, calm, stand

__all__ = ["anyio_backend", "calm", "stand"]
