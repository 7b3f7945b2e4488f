"""One typed tree from one TOML file; environment variables for secrets only. Nothing else reads the environment."""

from tokenry.config.environment import CONFIG_NAME, child_environ, default_cache_dir, default_data_dir, environ, secret
from tokenry.config.price_rules import instant
from tokenry.config.problems import ConfigError, Problem, did_you_mean, nearest
from tokenry.config.read import load, parse
from tokenry.config.schema import (
    Announced,
    Artifacts,
    Config,
    Cost,
    Deployment,
    Dialect,
    Limits,
    Log,
    Mail,
    Model,
    ModelKind,
    Price,
    Provider,
    Server,
    Starter,
    Storage,
    Telemetry,
    Webhooks,
)
from tokenry.config.template import template

__all__ = [
    "CONFIG_NAME",
    "Config",
    "Server",
    "Storage",
    "Provider",
    "Dialect",
    "Model",
    "ModelKind",
    "Deployment",
    "Price",
    "Cost",
    "Announced",
    "instant",
    "Limits",
    "Starter",
    "Artifacts",
    "Log",
    "Telemetry",
    "Mail",
    "Webhooks",
    "load",
    "parse",
    "template",
    "ConfigError",
    "Problem",
    "nearest",
    "did_you_mean",
    "environ",
    "secret",
    "child_environ",
    "default_data_dir",
    "default_cache_dir",
]
