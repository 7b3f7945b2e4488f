"""The life of one request: admit, hold, choose, run, meter, settle; its receipt."""

from tokenry.gateway.admission import ResourceUnavailable
from tokenry.gateway.chunks import reported
from tokenry.gateway.counting import Counted
from tokenry.gateway.cutter import BadStream, data_of
from tokenry.gateway.deadline import SWEEP_EVERY_S, Deadline, Deadlines
from tokenry.gateway.estimate import Estimates
from tokenry.gateway.gateway import Gateway, RequestEnded, Setup
from tokenry.gateway.inference import Endpoint, Inference, Keep
from tokenry.gateway.line import Line, LineRules
from tokenry.gateway.pieces import Arguments, Call, Finish, Other, Piece, Pieces, Reasoning, Refusal, Text
from tokenry.gateway.replay import OtherRequest, Replays, Unattended
from tokenry.gateway.reply import Client, EngineFailed, EngineRefused, Headers, NoDeployment
from tokenry.gateway.run import Means
from tokenry.gateway.sound import BYTES_PER_SECOND_MIN, Form
from tokenry.gateway.sound import reported as reported_sound
from tokenry.gateway.toolcalls import forces_call
from tokenry.gateway.voice import About, Reader, Voice, Voices

__all__ = [
    "SWEEP_EVERY_S",
    "About",
    "BYTES_PER_SECOND_MIN",
    "Arguments",
    "BadStream",
    "Call",
    "Client",
    "Counted",
    "Deadline",
    "Deadlines",
    "Endpoint",
    "EngineFailed",
    "EngineRefused",
    "Estimates",
    "Finish",
    "Form",
    "Gateway",
    "Headers",
    "Inference",
    "Keep",
    "Line",
    "LineRules",
    "Means",
    "NoDeployment",
    "Other",
    "OtherRequest",
    "Piece",
    "Pieces",
    "Reader",
    "Reasoning",
    "Refusal",
    "Replays",
    "RequestEnded",
    "ResourceUnavailable",
    "Setup",
    "Text",
    "Unattended",
    "Voice",
    "Voices",
    "data_of",
    "forces_call",
    "reported",
    "reported_sound",
]
