"""One typed tree from one TOML file; environment variables for secrets only. The only room that reads the environment."""

from tokenry.config.schema import (
    Artifacts,
    Config,
    Deployment,
    Dialect,
    Limits,
    Log,
    Model,
    ModelKind,
    Price,
    Provider,
    Server,
    Starter,
    Storage,
)

__all__ = [
    "Config",
    "Server",
    "Storage",
    "Provider",
    "Dialect",
    "Model",
    "ModelKind",
    "Deployment",
    "Price",
    "Limits",
    "Starter",
    "Artifacts",
    "Log",
]
