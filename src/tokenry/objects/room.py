"""All that projects leave here, in one hand, and the round that ends what is over."""

from __future__ import annotations

from tokenry.base.clock import NS_PER_S
from tokenry.objects.batches import Batches
from tokenry.objects.completions import Completions
from tokenry.objects.conversations import Conversations
from tokenry.objects.files import Files
from tokenry.objects.ground import Ground
from tokenry.objects.responses import Responses
from tokenry.objects.uploads import Uploads
from tokenry.storage import ORPHAN_AGE_S


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
        self._swept_ns: int | None = None  # when orphans were looked for last

    def sweep(self) -> None:
        """Forget what is over, and contents that nobody needs. Blocks."""
        gone = self.files.expire() + self.uploads.expire() + self.completions.expire()
        gone += self.responses.expire() + self.conversations.expire()
        gone += self._sweep_orphans()
        if gone:
            self.ground.db.forget_deleted()

    def _sweep_orphans(self) -> int:
        """Contents that nobody names, looked for once an hour: a crash leaves few, and there may be many others."""
        now_ns = self.ground.clock.now_ns()
        if self._swept_ns is not None and now_ns - self._swept_ns < ORPHAN_AGE_S * NS_PER_S:
            return 0
        self._swept_ns = now_ns
        return self.ground.blobs.sweep(self.files.named, self.files.needs)
