"""Batches: many requests in one file, done when there is room for them, each of them once.

Knows rows, files, time and the order of things. How a line becomes an answer is wired in (`Wires`).
"""

from tokenry.objects.batches.batch import ENDPOINTS as ENDPOINTS
from tokenry.objects.batches.batch import Batch as Batch
from tokenry.objects.batches.batch import Fault as Fault
from tokenry.objects.batches.batch import State as State
from tokenry.objects.batches.batch import Use as Use
from tokenry.objects.batches.batches import Batches as Batches
from tokenry.objects.batches.batches import NewBatch as NewBatch
from tokenry.objects.batches.batches import TooManyBatches as TooManyBatches
from tokenry.objects.batches.results import Heard as Heard
from tokenry.objects.batches.runner import Runner as Runner
from tokenry.objects.batches.wires import Errand as Errand
from tokenry.objects.batches.wires import Reply as Reply
from tokenry.objects.batches.wires import Wires as Wires
