"""Certificates of milestones: the routes, the public pages on which anybody verifies one, and the acts behind both."""

from tokenry.api.certificates.acts import (
    address_of,
    file_name,
    file_of,
    named,
    register_of,
    reissue,
)
from tokenry.api.certificates.public import VerifyPages
from tokenry.api.certificates.routes import ROUTES

__all__ = ["ROUTES", "VerifyPages", "address_of", "file_name", "file_of", "named", "register_of", "reissue"]
