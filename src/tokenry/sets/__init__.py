"""Finished training sets seen from outside: what their papers say, never a text of theirs.

`tokenry corpus build` writes sets and `tokenry corpus report` their reports. This room reads the few files that both
leave behind for whoever serves them: it loads nothing of the corpus, and trusts no byte of what it reads.
"""

from tokenry.sets.files import FILE_SIZE_MAX, Unread
from tokenry.sets.finding import SETS_MAX
from tokenry.sets.papers import Content, Dropped, Input, Manifest, Shard, Share, Tree
from tokenry.sets.report import REPORT_FILES, Report
from tokenry.sets.roots import Signature
from tokenry.sets.sets import Sets, TrainingSet
from tokenry.sets.steps import Step, steps

__all__ = [
    "FILE_SIZE_MAX",
    "REPORT_FILES",
    "SETS_MAX",
    "Content",
    "Dropped",
    "Input",
    "Manifest",
    "Report",
    "Sets",
    "Shard",
    "Share",
    "Signature",
    "Step",
    "TrainingSet",
    "Tree",
    "Unread",
    "steps",
]
