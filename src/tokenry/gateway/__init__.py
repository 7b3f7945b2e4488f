"""The life of one request: admit, hold, choose, run, meter, settle; its receipt."""

from tokenry.gateway.admission import ResourceUnavailable
from tokenry.gateway.deadline import SWEEP_EVERY_S, Deadline, Deadlines
from tokenry.gateway.estimate import Estimates
from tokenry.gateway.gateway import Gateway, RequestEnded, Setup
from tokenry.gateway.inference import Endpoint, Inference
from tokenry.gateway.replay import Replays
from tokenry.gateway.reply import Client, EngineFailed, EngineRefused, Headers, NoDeployment
from tokenry.gateway.run import Means
from tokenry.gateway.toolcalls import forces_call

__all__ = [
    "SWEEP_EVERY_S",
    "Client",
    "Deadline",
    "Deadlines",
    "Endpoint",
    "EngineFailed",
    "EngineRefused",
    "Estimates",
    "Gateway",
    "Headers",
    "Inference",
    "Means",
    "NoDeployment",
    "Replays",
    "RequestEnded",
    "ResourceUnavailable",
    "Setup",
    "forces_call",
]
