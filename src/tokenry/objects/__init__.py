"""What projects leave with us: files, uploads, batches, stored answers, conversations. Each belongs to one project.

Knows rows, contents, limits and time. How they are asked for over HTTP is the API's; what makes answers, the gateway's.
"""

from tokenry.objects.completions import Completions as Completions
from tokenry.objects.completions import Sought as Sought
from tokenry.objects.completions import StoredCompletion as StoredCompletion
from tokenry.objects.conversations import Conversations as Conversations
from tokenry.objects.conversations import StoredConversation as StoredConversation
from tokenry.objects.files import OUTPUTS as OUTPUTS
from tokenry.objects.files import PURPOSES as PURPOSES
from tokenry.objects.files import Content as Content
from tokenry.objects.files import Files as Files
from tokenry.objects.files import NewFile as NewFile
from tokenry.objects.files import Purpose as Purpose
from tokenry.objects.files import StoredFile as StoredFile
from tokenry.objects.files import checked_file_name as checked_file_name
from tokenry.objects.ground import FileTooLarge as FileTooLarge
from tokenry.objects.ground import Ground as Ground
from tokenry.objects.ground import KeepsNothing as KeepsNothing
from tokenry.objects.ground import require_kept as require_kept
from tokenry.objects.keeping import Keeper as Keeper
from tokenry.objects.listing import LIMIT_MAX as LIMIT_MAX
from tokenry.objects.listing import Wish as Wish
from tokenry.objects.listing import page as page
from tokenry.objects.responses import Keeping as Keeping
from tokenry.objects.responses import Responses as Responses
from tokenry.objects.responses import StoredResponse as StoredResponse
from tokenry.objects.room import Objects as Objects
from tokenry.objects.uploads import PART_SIZE_MAX as PART_SIZE_MAX
from tokenry.objects.uploads import NewUpload as NewUpload
from tokenry.objects.uploads import StoredPart as StoredPart
from tokenry.objects.uploads import StoredUpload as StoredUpload
from tokenry.objects.uploads import Uploads as Uploads
from tokenry.objects.uploads import UploadState as UploadState
