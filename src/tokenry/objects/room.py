"""All that projects leave here, in one hand, and the round that ends what is over."""

from __future__ import annotations

from tokenry.objects.batches import Batches
from tokenry.objects.completions import Completions
from tokenry.objects.conversations import Conversations
from tokenry.objects.files import Files
from tokenry.objects.ground import Ground
from tokenry.objects.responses import Responses
from tokenry.objects.uploads import Uploads


class Objects:
    """What projects have left in one data folder."""

    def __init__(self, ground: Ground) -> None:
        self.ground = ground
        self.files = Files(ground)
        self.uploads = Uploads(ground, self.files)
        self.batches = Batches(ground, self.files)
        self.completions = Completions(ground)
        self.conversations = Conversations(ground)
        self.responses = Responses(ground, self.conversations)

    def sweep(self) -> None:
        """Forget what is over, and contents that nobody needs. Blocks."""
        gone = self.files.expire() + self.uploads.expire() + self.completions.expire()
        gone += self.responses.expire() + self.conversations.expire()
        gone += self.ground.blobs.sweep(self.files.needs)
        if gone:
            self.ground.db.forget_deleted()
