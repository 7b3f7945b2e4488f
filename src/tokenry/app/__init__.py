"""The composition root: configuration in, every room built and wired, started and stopped in the right order."""

from tokenry.app.house import offline
from tokenry.app.restore import Restored, Verdict, Wanted, restore, verify
from tokenry.app.serving import ServeOptions, serve

__all__ = ["Restored", "ServeOptions", "Verdict", "Wanted", "offline", "restore", "serve", "verify"]
