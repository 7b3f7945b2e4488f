"""LiteLLM's config.yaml made into a configuration of ours, with a report of everything that was in it."""

from tokenry.config.litellm.report import Item, Outcome, Report
from tokenry.config.litellm.translate import Translation, translate
from tokenry.config.litellm.yaml_tree import NotReadable, read_tree

__all__ = ["Item", "NotReadable", "Outcome", "Report", "Translation", "read_tree", "translate"]
