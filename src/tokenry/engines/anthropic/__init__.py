"""Anthropic's Messages API as an engine: chat completions are translated to it and back, its own requests pass.

`turns`, `parts`, `tools`, `shaping` and `thinking` translate what is asked (`request` joins them), `stream` what is
answered; `exchange` puts that on the wire.
"""

from tokenry.engines.anthropic.engine import AnthropicEngine

__all__ = ["AnthropicEngine"]
