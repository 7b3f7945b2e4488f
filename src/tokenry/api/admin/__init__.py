"""What the people in charge may ask of an installation, over a Unix socket or in the same process.

`app` builds `Rooms`, hands them to `Admin`, and while serving lets `serve_socket` answer for it; without a server the
command line runs the same Admin itself. Knows no HTTP and draws nothing: answers are plain JSON data.
"""

from tokenry.api.admin.admin import Admin
from tokenry.api.admin.door import LINE_SIZE_MAX, SOCKET_NAME, AdminSocket, serve_socket
from tokenry.api.admin.listing import Who, wanted
from tokenry.api.admin.shown import Names
from tokenry.api.admin.shown import receipt as shown_receipt
from tokenry.api.rooms import Rooms

__all__ = [
    "Admin",
    "AdminSocket",
    "LINE_SIZE_MAX",
    "Names",
    "Rooms",
    "SOCKET_NAME",
    "Who",
    "serve_socket",
    "shown_receipt",
    "wanted",
]
