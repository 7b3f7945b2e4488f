"""What a preset stands for: the filters of a published recipe, in its order. A recipe's own tables come on top.

`fineweb`: Penedo et al., The FineWeb Datasets, 2024, English; near-duplicates are deduplication's to find, and its
lists of addresses are no part of it. `gopher`: Rae et al., 2021, appendix A.1, the rules for MassiveWeb.
"""

from __future__ import annotations

from typing import Any

_ENGLISH = {"languages": ("en",), "language_threshold": 0.65}
PRESETS: dict[str, dict[str, Any]] = {
    "fineweb": {
        "filters": {
            "urls": {},
            "language": _ENGLISH,
            "gopher_repetition": {},
            "gopher_quality": {},
            "c4_quality": {"filter_no_terminal_punct": False},
            "fineweb_quality": {},
            "pii": {"kinds": ("email", "ip")},
        },
        "dedup": {"minhash": True},
    },
    "gopher": {"filters": {"language": _ENGLISH, "gopher_quality": {}, "gopher_repetition": {}}},
    "own-documents": {
        "filters": {"language": {"label_only": True}, "length": {}, "pii": {}},
        "extract": {"extractor": "careful"},
    },
}
