"""The lines of a page, as C4 cleans them. Source: Raffel et al., Exploring the Limits of Transfer Learning, 2020
(arXiv 1910.10683), section 2.2, and the code that it was made with.

It edits: lines that break a rule go, and the page with them where a rule says so or too few sentences are left. Its
list of bad words is not part of this filter.
"""

from __future__ import annotations

import re
from typing import Any, ClassVar

from tokenry.corpus.documents import Outcome, Verdict, sift, texts, with_column
from tokenry.corpus.filters.filter import Filter
from tokenry.corpus.words import plain_words, sentences

_CITATION = re.compile(r"\[(?:\d*|edit|citation needed)\]")
_ENDS = (".", "?", "!", '"', "'")
_POLICIES = ("terms of use", "privacy policy", "cookie policy", "uses cookies", "use of cookies", "use cookies")


class C4Quality(Filter, frozen=True, forbid_unknown_fields=True):
    """Takes out lines that are no sentences, citations and notices; drops pages with code, filler or little left."""

    name: ClassVar[str] = "c4_quality"

    remove_citations: bool = True
    filter_no_terminal_punct: bool = True  # FineWeb turned this one off
    min_num_sentences: int = 5
    min_words_per_line: int = 3
    max_word_length: int = 1000
    filter_lorem_ipsum: bool = True
    filter_javascript: bool = True
    filter_curly_bracket: bool = True
    filter_policy: bool = True

    def __call__(self, documents: Any) -> Outcome:
        """Edit the texts that stay; those that go are shown as they were."""
        made = [self.cleaned(text) for text in texts(documents)]
        outcome = sift(documents, self.stage, [one if isinstance(one, Verdict) else None for one in made])
        kept = [one for one in made if not isinstance(one, Verdict)]
        return Outcome(with_column(outcome.kept, "text", kept), outcome.dropped)

    def cleaned(self, text: str) -> str | Verdict:
        """The text that is left, or why it goes."""
        low = text.lower()
        notices = self._notices(low)
        code = self.filter_curly_bracket and "{" in text
        filler = self.filter_lorem_ipsum and "lorem ipsum" in low
        kept = []
        for raw in text.splitlines():
            line = self._line(raw.strip())
            if line is None:
                continue
            if filler and "lorem ipsum" in line.lower():
                return Verdict("lorem_ipsum", line[:80])
            if self.filter_javascript and "javascript" in notices and "javascript" in line.lower():
                continue
            if code and "{" in line:
                return Verdict("curly_bracket", line[:80])
            if notices and any(notice in line.lower() for notice in notices):
                continue
            kept.append(line)
        if len(kept) < self.min_num_sentences:
            count = sum(sentences(plain_words(line)) for line in kept)
            if count < self.min_num_sentences:
                return Verdict("too_few_sentences", str(count))
        return "\n".join(kept).strip()

    def _notices(self, low: str) -> list[str]:
        """The words that make a line a notice, of those that the page has at all."""
        wanted = [*["javascript"] * self.filter_javascript, *_POLICIES * self.filter_policy]
        return [one for one in wanted if one in low]

    def _line(self, line: str) -> str | None:
        """The line without citations; None where it is too short, is no sentence, or holds a word without end."""
        if len(line.split(None, self.min_words_per_line)) < self.min_words_per_line:
            return None
        if len(line) > self.max_word_length and max(map(len, line.split())) > self.max_word_length:
            return None
        if self.remove_citations and "[" in line:
            line = _CITATION.sub("", line)
        if self.filter_no_terminal_punct and (not line.endswith(_ENDS) or line.endswith("...")):
            return None
        return line
