"""What a set can show for itself: the manifest, and whatever is written from it."""

from __future__ import annotations

from tokenry.corpus.papers.manifest import FORMAT as FORMAT
from tokenry.corpus.papers.manifest import MANIFEST as MANIFEST
from tokenry.corpus.papers.manifest import PLACES as PLACES
from tokenry.corpus.papers.manifest import PLACES_NAME as PLACES_NAME
from tokenry.corpus.papers.manifest import Facts as Facts
from tokenry.corpus.papers.manifest import fingerprint as fingerprint
from tokenry.corpus.papers.manifest import write_manifest as write_manifest

__all__ = ["FORMAT", "MANIFEST", "PLACES", "PLACES_NAME", "Facts", "fingerprint", "write_manifest"]
