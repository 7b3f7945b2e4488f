"""Tokenry: award, meter and stand behind AI tokens. See ARCHITECTURE.md for the plan of the house."""

__version__ = "0.1.0"
