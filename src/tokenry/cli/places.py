"""Where things lie on this machine: the data folder, its configuration, the models' cache. Knows no verbs."""

from __future__ import annotations

from pathlib import Path

from tokenry.config import CONFIG_NAME, Config, default_cache_dir, default_data_dir, environ, load

__all__ = ["CONFIG_NAME", "LEDGER_NAME", "SOCKET", "cache_dir", "config_path", "folder", "read_config"]

LEDGER_NAME = "ledger.db"
SOCKET = Path("run", "admin.sock")


def folder(data: Path | None) -> Path:
    """The data folder that is meant, as an absolute path."""
    return (data or default_data_dir()).expanduser().absolute()


def config_path(data: Path | None, config: Path | None) -> Path | None:
    """The configuration file that a server would read; None when there is none."""
    if config is not None:
        return config.expanduser().absolute()
    beside = folder(data) / CONFIG_NAME
    return beside if beside.exists() else None


def read_config(data: Path | None, config: Path | None) -> Config:
    """The configuration that a server would read. Raises ConfigError."""
    return load(config_path(data, config), environ())


def cache_dir(config: Config) -> Path:
    """Where models lie, shared by all data folders."""
    return Path(config.artifacts.cache).expanduser() if config.artifacts.cache else default_cache_dir()
