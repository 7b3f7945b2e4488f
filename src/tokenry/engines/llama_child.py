"""The llama.cpp child process: `python -m tokenry.engines.llama_child`. Knows one GGUF file and nothing of the gateway.

It listens on loopback only, wants its key, and has neither web page nor CORS nor slots endpoint. Prompts are never kept
across requests unless one asks for it (`cache_prompt`), because a shared prefix cache tells one tenant about another.
"""

from __future__ import annotations

import threading
from urllib.parse import urlsplit

import xllamacpp

from tokenry.engines.child import announce, give_up, take_configuration
from tokenry.engines.child_configuration import LlamaConfiguration


def parameters(configuration: LlamaConfiguration) -> xllamacpp.CommonParams:
    """llama.cpp's own parameters for one configuration."""
    params = xllamacpp.CommonParams()
    params.model.path = configuration.model_path
    params.model_alias = {configuration.name}
    params.hostnames = ["127.0.0.1"]
    params.port = 0
    params.api_keys = [configuration.key]
    params.ui = False
    params.cors_origins = ""
    params.cors_origins_explicit = True
    params.cors_credentials = False
    params.endpoint_slots = False
    params.endpoint_metrics = True
    params.n_parallel = configuration.parallel
    params.n_ctx = configuration.context_length * configuration.parallel
    params.cpuparams.n_threads = configuration.threads
    params.cpuparams_batch.n_threads = configuration.threads
    params.n_threads_http = configuration.http_threads
    params.cache_prompt = False
    params.cache_ram_mib = 0
    params.cache_idle_slots = False
    params.embedding = configuration.embedding
    params.verbosity = 1  # errors only; at 3 it would write about requests
    return params


def main() -> None:
    """Load, announce, serve until the parent goes."""
    configuration = take_configuration(LlamaConfiguration)
    try:
        server = xllamacpp.Server(parameters(configuration))
    except RuntimeError as error:
        give_up(error)
    port = urlsplit(server.listening_address).port
    if port is None:
        give_up(f"llama.cpp says it listens on {server.listening_address!r}")
    announce(port)
    threading.Event().wait()


if __name__ == "__main__":
    main()
