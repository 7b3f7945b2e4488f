"""One stand a test, or one for all tests of a file that leave it as it is."""

from __future__ import annotations

from tests.api.organization.conftest import anyio_backend, calm, stand

__all__ = ["anyio_backend", "calm", "stand"]
