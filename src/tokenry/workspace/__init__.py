"""People at work: chats with their branches, folders, prompts, what is shown, kept, agreed to and read by others.

Knows whose something is and what a model is told. How it is asked for over HTTP is the API's; what answers, the
gateway's.
"""

from tokenry.workspace.consents import CONSENT_WORDS as CONSENT_WORDS
from tokenry.workspace.consents import CONSENT_WORDS_VERSION as CONSENT_WORDS_VERSION
from tokenry.workspace.consents import Consent as Consent
from tokenry.workspace.consents import give_consent as give_consent
from tokenry.workspace.consents import list_consents as list_consents
from tokenry.workspace.consents import withdraw_consent as withdraw_consent
from tokenry.workspace.exporting import ChatExport as ChatExport
from tokenry.workspace.exporting import as_markdown as as_markdown
from tokenry.workspace.exporting import export_chat as export_chat
from tokenry.workspace.folders import Folder as Folder
from tokenry.workspace.folders import Folders as Folders
from tokenry.workspace.folders import find_folder as find_folder
from tokenry.workspace.forgetting import sweep as sweep
from tokenry.workspace.handing import Handed as Handed
from tokenry.workspace.handing import Withdrawn as Withdrawn
from tokenry.workspace.handing import hand_over as hand_over
from tokenry.workspace.handing import withdrawals as withdrawals
from tokenry.workspace.policies import Policy as Policy
from tokenry.workspace.policies import Training as Training
from tokenry.workspace.policies import own_training as own_training
from tokenry.workspace.policies import policy_of as policy_of
from tokenry.workspace.policies import set_policy as set_policy
from tokenry.workspace.policies import set_training as set_training
from tokenry.workspace.policies import training_in as training_in
from tokenry.workspace.prompts import Prompt as Prompt
from tokenry.workspace.prompts import change_prompt as change_prompt
from tokenry.workspace.prompts import create_prompt as create_prompt
from tokenry.workspace.prompts import delete_prompt as delete_prompt
from tokenry.workspace.prompts import get_prompt as get_prompt
from tokenry.workspace.prompts import list_prompts as list_prompts
from tokenry.workspace.prompts import placeholders as placeholders
from tokenry.workspace.reading import Access as Access
from tokenry.workspace.reading import Grant as Grant
from tokenry.workspace.reading import Leave as Leave
from tokenry.workspace.reading import end_leave as end_leave
from tokenry.workspace.reading import give_leave as give_leave
from tokenry.workspace.reading import list_accesses as list_accesses
from tokenry.workspace.reading import list_grants as list_grants
from tokenry.workspace.reading import read_chats as read_chats
from tokenry.workspace.searching import Hit as Hit
from tokenry.workspace.searching import note_message as note_message
from tokenry.workspace.searching import search as search
from tokenry.workspace.sharing import Share as Share
from tokenry.workspace.sharing import Shown as Shown
from tokenry.workspace.sharing import branch_ids as branch_ids
from tokenry.workspace.sharing import find_chat as find_chat
from tokenry.workspace.sharing import find_share as find_share
from tokenry.workspace.sharing import list_shares as list_shares
from tokenry.workspace.sharing import share_chat as share_chat
from tokenry.workspace.sharing import shown_messages as shown_messages
from tokenry.workspace.sharing import withdraw_share as withdraw_share
from tokenry.workspace.whose import Whose as Whose
