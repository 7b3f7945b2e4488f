"""People at work over HTTP, each with what is their own: chats, folders, prompts, search, shares, consent, privacy."""

from tokenry.api.guarded import Guarded
from tokenry.api.workspace.assistants import ROUTES as ASSISTANTS
from tokenry.api.workspace.chats import ROUTES as CHATS
from tokenry.api.workspace.chatters import ROUTES as CHATTERS
from tokenry.api.workspace.dictation import ROUTES as DICTATION
from tokenry.api.workspace.export import ROUTES as EXPORT
from tokenry.api.workspace.files import ROUTES as FILES
from tokenry.api.workspace.folders import ROUTES as FOLDERS
from tokenry.api.workspace.hearing import Hearing
from tokenry.api.workspace.messages import ROUTES as MESSAGES
from tokenry.api.workspace.mine import ROUTES as MINE
from tokenry.api.workspace.policy import ROUTES as POLICY
from tokenry.api.workspace.prompts import ROUTES as PROMPTS
from tokenry.api.workspace.reading import ROUTES as READING
from tokenry.api.workspace.search import ROUTES as SEARCH
from tokenry.api.workspace.shares import ROUTES as SHARES
from tokenry.api.workspace.training import ROUTES as TRAINING

ROUTES: tuple[Guarded, ...] = (
    *DICTATION,
    *CHATS,
    *CHATTERS,
    *MESSAGES,
    *MINE,
    *FOLDERS,
    *ASSISTANTS,
    *FILES,
    *PROMPTS,
    *SEARCH,
    *SHARES,
    *EXPORT,
    *POLICY,
    *TRAINING,
    *READING,
)

__all__ = ["ROUTES", "Hearing"]
