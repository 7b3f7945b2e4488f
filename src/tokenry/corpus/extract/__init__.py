"""From a page to its text: a quick extractor for every page, a careful one for those worth it, one for PDFs."""

from __future__ import annotations

from tokenry.corpus.extract.careful import Careful as Careful
from tokenry.corpus.extract.printed import PDF as PDF
from tokenry.corpus.extract.printed import Printed as Printed
from tokenry.corpus.extract.quick import Quick as Quick

__all__ = ["PDF", "Careful", "Printed", "Quick"]
