"""The scripted engine: a deterministic engine for tests, demos and dry runs. No model; it says so in its answers.

It is a real HTTP/1.1 server on loopback in this process, so that everything between gateway and engine is exercised. It
answers `GET /v1/models`, `POST /v1/chat/completions`, `/v1/completions` and `/v1/embeddings` in OpenAI's full shapes,
`POST /v1/responses` and `/v1/responses/input_tokens`, too; and `POST /v1/messages` and `/v1/messages/count_tokens` in
Anthropic's, all with the same directives. It keeps no response, and refuses where the real APIs refuse: calls without
their results, thinking without its signature, encrypted reasoning that it did not give.

**Without a directive** it answers `scripted: ` and the last user message. Forced or offered-and-asked-for tools are
called with arguments made from their schema; `response_format` of `json_object` and `json_schema` is obeyed with an
instance made from the schema; `n`, `stop`, `max_tokens`/`max_completion_tokens`, `logprobs`/`top_logprobs`,
`stream_options.include_usage` are obeyed. After a tool's result it answers `the tool said: ` and the result. Choice
number i > 0 begins with `[i] `, so that choices can be told apart.

**Tokens** are pieces of at most eight characters, each with the white space before it; prompts count three more per
message and three in all. The same request always gets the same answer, only `created` tells the time.

**Directives** stand in the model's name after a question mark, joined by `&` and URL-encoded
(`scripted?words=20&delay_ms=5`), or in double brackets, joined by `;`, in any system or developer message or in the
last user message (`[[words=20; delay_ms=5]]`); for completions in the prompt, for embeddings in the first input. What
stands in the prompt wins. A name alone means yes. `text`, `reasoning`, `refusal`, `args` and `message` take everything
up to the closing brackets, so they stand last. An unknown or ill-formed directive is answered with a 400 that says so.

What is said:
    text=…           exactly this
    words=N          N words of one token each: `one two three …`
    json             a JSON object even without response_format
    reasoning=…      this before the answer, as `reasoning_content`
    refusal=…        a refusal instead of the answer
    tool=NAME        call this tool; `calls=N` calls it N times in parallel; args={…} are its arguments;
                     `again`: after its result, too, for ever
    finish=REASON    `stop`, `length`, `content_filter`, `tool_calls`
    model=NAME       the answer's `model` instead of the one asked for
    ignore_limit     go on past max_tokens

When:
    latency_ms=N     before the head of the answer (a slow head)
    first_ms=N       after the head, before the first event
    delay_ms=N       before every further event

What goes wrong (an event is one `data:` line of a stream; N counts those sent before):
    error=STATUS     this HTTP status with an error envelope; `type=…`, `code=…`, `retry_after=S`, message=…
    times=N          with error or break_head: only the first N requests of the same model and prompt
    break_head       close the connection without any answer
    break_after=N    break the connection after N events; of a whole answer after N bytes
    error_after=N    an error event after N events, then the end (0: the first event is the error)
    stall_after=N    never go on after N events
    junk_after=N     an event that is not JSON after N events
    no_done          no `data: [DONE]`; of other APIs no last event, the one that says that the answer is whole
    whole            a whole JSON answer though a stream was asked for

How usage is told:
    no_usage         never
    usage=P:C[:H]    these numbers of prompt, completion and cached tokens instead of the right ones
    cached=N         so many of the prompt's tokens were in a cache
    cache_write=N    so many of the others went into one
    usage_each       in every event, growing
    usage_per_choice one usage event per choice, as llama.cpp does it (as usage_each: of chats and completions only)

How it is framed:
    pings            a comment line before every event
    crlf             lines end with carriage return and line feed
    split=N          in pieces of N bytes
"""

from tokenry.engines.scripted.server import ScriptedEngine, ScriptedServer
from tokenry.engines.scripted.telling import Seen

__all__ = ["ScriptedEngine", "ScriptedServer", "Seen"]
