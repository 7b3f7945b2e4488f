"""OpenAI's Responses API: how a request is read, and how an answer is told, kept and gone on from.

`reading` and `voice` know no HTTP; `surface` is the way over it. The routes of what is kept stand in `routes`.
"""

from tokenry.api.responses.background import Background as Background
from tokenry.api.responses.fields import CreateResponse as CreateResponse
from tokenry.api.responses.memory import HouseMemory as HouseMemory
from tokenry.api.responses.memory import Kept as Kept
from tokenry.api.responses.memory import Memory as Memory
from tokenry.api.responses.reading import Read as Read
from tokenry.api.responses.reading import Reading as Reading
from tokenry.api.responses.surface import CompactAsked as CompactAsked
from tokenry.api.responses.surface import CompactSurface as CompactSurface
from tokenry.api.responses.surface import CountAsked as CountAsked
from tokenry.api.responses.surface import InputTokensSurface as InputTokensSurface
from tokenry.api.responses.surface import ResponsesSurface as ResponsesSurface
from tokenry.api.responses.turns import Turns as Turns
from tokenry.api.responses.voice import ResponseVoice as ResponseVoice
