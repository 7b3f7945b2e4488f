"""What a request is charged for: what its engine says it used, as far as that can be, or an estimate. Knows no time, no
money and no client.

An engine may be wrong, or lie: nothing here goes beyond what the request can have used, and one word of an engine must
not empty an award.
"""

from __future__ import annotations

import msgspec

from tokenry.gateway.estimate import Estimates
from tokenry.gateway.inference import Inference
from tokenry.gateway.sound import believed
from tokenry.gateway.voice import Reader
from tokenry.ledger import Facts, Usage
from tokenry.router import ModelEntry


class Meter(msgspec.Struct, frozen=True, gc=False):
    """Judges the usage of one request.

    Args:
        facts: of its hold; their bounds are what it can have used at most.
        estimates: what past requests taught, and are taught by this one.
    """

    request: Inference
    model: ModelEntry
    facts: Facts
    estimates: Estimates

    def of_stream(self, reader: Reader) -> Usage:
        """What the engine reported; else one token per event it sent, and the prompt as it was told, or as past ones
        lead us to expect."""
        usage = reader.usage()
        if self.request.form is not None:
            return self.heard(usage, reader.tokens)
        if usage is not None and (reader.done or reader.whole) and not (reader.tokens and not usage.output_tokens):
            return self.reported(usage)
        events = self.estimates.of_events(self.model.name, self.request.body_size, reader.tokens)
        if usage is None or not usage.input_tokens:
            return self.within_bound(events)
        told = self.believable(usage)  # it broke off, but had counted its prompt already
        return self.within_bound(
            msgspec.structs.replace(
                events,
                input_tokens=told.input_tokens,
                cached_tokens=told.cached_tokens,
                cache_write_tokens=told.cache_write_tokens,
            )
        )

    def of_answer(self, usage: Usage | None, answer_size: int) -> Usage:
        """Of a whole answer: what it says, else an estimate by its size in bytes."""
        if usage is not None:
            return self.reported(usage)
        return self.within_bound(self.estimates.of_answer(self.model.name, self.request.body_size, answer_size))

    def of_nothing(self, *, stops: bool) -> Usage:
        """What an engine can have done that has not said a word. `stops`: it does when its client hangs up."""
        if self.request.form is not None:
            return self.heard(Usage(source="events") if stops else None)
        if self.request.characters:
            return Usage(self.request.characters, source="tokenizer")
        return self.within_bound(self.estimates.of_events(self.model.name, self.request.body_size, 0))

    def heard(self, usage: Usage | None, said: int = 0) -> Usage:
        """What is charged of the sound and tokens that an engine says it heard; see `sound.believed`."""
        form = self.request.form
        assert form is not None
        return believed(usage, form, self.facts.input_bound, self.facts.output_bound, said)

    def reported(self, usage: Usage) -> Usage:
        """An engine's last word. It teaches what the model's prompts come to, where their bytes bound their tokens."""
        if not self.request.media:
            self.estimates.learn(self.model.name, self.request.body_size, usage.input_tokens)
        return self.believable(usage)

    def believable(self, usage: Usage) -> Usage:
        """What an engine says it used, as far as that can be.

        A prompt has no more tokens than bytes (images and the like aside), and an answer no more than the model gives.
        """
        request = self.request
        inputs = usage.input_tokens if request.media or request.opaque else self.facts.input_bound
        outputs = self.model.max_output_tokens * request.choices + request.extra_output
        if usage.input_tokens <= inputs and usage.output_tokens <= outputs:
            return usage
        inputs, outputs = min(usage.input_tokens, inputs), min(usage.output_tokens, outputs)
        cached, reasoning = min(usage.cached_tokens, inputs), min(usage.reasoning_tokens, outputs)
        return Usage(inputs, outputs, cached, reasoning, "estimate", min(usage.cache_write_tokens, inputs - cached))

    def within_bound(self, estimate: Usage) -> Usage:
        """An estimate is never above what the request could use: nobody is charged beyond a hold by a guess."""
        return msgspec.structs.replace(
            estimate,
            input_tokens=min(estimate.input_tokens, self.facts.input_bound),
            output_tokens=min(estimate.output_tokens, self.facts.output_bound),
        )
