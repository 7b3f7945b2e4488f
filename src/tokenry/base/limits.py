"""Every limit that is not configuration, on one page. Units stand last in the names."""

from __future__ import annotations

BODY_SIZE_MAX = 32 * 1024 * 1024  # bytes of one inference request; images travel in it as base64
HEADER_SIZE_MAX = 64 * 1024  # bytes of one request's or answer's head
SSE_EVENT_SIZE_MAX = 4 * 1024 * 1024  # bytes of one server-sent event from an engine
ANSWER_SIZE_MAX = 64 * 1024 * 1024  # bytes of one answer that is not a stream
STORED_ANSWER_SIZE_MAX = 1024 * 1024  # bytes of an answer kept for its Idempotency-Key
IDEMPOTENCY_KEY_LENGTH_MAX = 255
IDEMPOTENCY_TTL_S = 24 * 3600
MODEL_NAME_LENGTH_MAX = 256
PURPOSE_LENGTH_MAX = 40  # characters of `x-tokenry-purpose`
LOW_PRIORITY_MAX = 4  # requests that exhausted awards let through at one time, of one model
AUDIO_SIZE_MAX = 25 * 1024 * 1024  # bytes of a file of sound, as OpenAI bounds them
AUDIO_SECONDS_MAX = 4 * 3600  # of sound in one request, whatever its bytes
SPEECH_INPUT_LENGTH_MAX = 4096  # characters to be spoken, as OpenAI bounds them
CHOICES_MAX = 128  # `n` and `best_of`, as OpenAI bounds them
EMBEDDING_INPUTS_MAX = 2048  # inputs of one embeddings request, as OpenAI bounds them
WAITERS_PER_ACCOUNT_MAX = 4096  # requests waiting for the same account's pending holds
WAIT_FOR_FUNDS_S = 2.0
CHECKPOINT_TOKENS = 256
CHECKPOINT_S = 2.0
BATCH_FAULTS_MAX = 100  # faults of a batch's input file that are told; it is read no further then
BATCH_CUSTOM_ID_LENGTH_MAX = 512
