"""What a preset stands for: the filters of a published recipe, in its order. A recipe's own tables come on top."""

from __future__ import annotations

from typing import Any

PRESETS: dict[str, dict[str, Any]] = {
    "fineweb": {"filters": {"fineweb_quality": {}}, "dedup": {"minhash": True}},
    "own-documents": {"filters": {"length": {}}, "extract": {"extractor": "careful"}},
}
NOT_BUILT = {"gopher": "its filters are not built yet; `fineweb` and `own-documents` are"}
