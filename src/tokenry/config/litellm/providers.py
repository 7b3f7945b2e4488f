"""Who answers behind LiteLLM's provider names, as far as they speak OpenAI's API: addresses and names of keys.

Facts about other people's services, from their documentation; an `api_base` in the file goes before any of them.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Service:
    """One provider name.

    Args:
        url: where it is when the file does not say, up to what goes before `/chat/completions`.
        key: the environment variable that LiteLLM would look into; None when it wants none.
        note: what is different here, for the report; empty when nothing is.
        dialect: how it is spoken to.
    """

    url: str | None
    key: str | None
    note: str = ""
    dialect: str = "openai"


_OLLAMA = "through Ollama's own OpenAI-compatible path /v1"
_AZURE = "through Azure's v1 path, which needs no api_version"

SERVICES: dict[str, Service] = {
    "openai": Service("https://api.openai.com/v1", "OPENAI_API_KEY"),
    "text-completion-openai": Service("https://api.openai.com/v1", "OPENAI_API_KEY"),
    "azure": Service(None, "AZURE_API_KEY", _AZURE),
    "azure_text": Service(None, "AZURE_API_KEY", _AZURE),
    "azure_ai": Service(None, "AZURE_AI_API_KEY", _AZURE),
    "anthropic": Service("https://api.anthropic.com/v1", "ANTHROPIC_API_KEY", dialect="anthropic"),
    "gemini": Service(
        "https://generativelanguage.googleapis.com/v1beta/openai", "GEMINI_API_KEY", "through Gemini's OpenAI path"
    ),
    "hosted_vllm": Service(None, None),
    "vllm": Service(None, None),
    "sglang": Service(None, None),
    "openai_like": Service(None, None),
    "custom_openai": Service(None, None),
    "litellm_proxy": Service(None, None),
    "lm_studio": Service(None, None),
    "llamafile": Service("http://127.0.0.1:8080/v1", None),
    "xinference": Service("http://127.0.0.1:9997/v1", None),
    "ollama": Service("http://127.0.0.1:11434/v1", None, _OLLAMA),
    "ollama_chat": Service("http://127.0.0.1:11434/v1", None, _OLLAMA),
    "groq": Service("https://api.groq.com/openai/v1", "GROQ_API_KEY"),
    "mistral": Service("https://api.mistral.ai/v1", "MISTRAL_API_KEY"),
    "deepseek": Service("https://api.deepseek.com/v1", "DEEPSEEK_API_KEY"),
    "openrouter": Service("https://openrouter.ai/api/v1", "OPENROUTER_API_KEY"),
    "together_ai": Service("https://api.together.xyz/v1", "TOGETHERAI_API_KEY"),
    "fireworks_ai": Service("https://api.fireworks.ai/inference/v1", "FIREWORKS_AI_API_KEY"),
    "xai": Service("https://api.x.ai/v1", "XAI_API_KEY"),
    "perplexity": Service("https://api.perplexity.ai", "PERPLEXITYAI_API_KEY"),
    "cerebras": Service("https://api.cerebras.ai/v1", "CEREBRAS_API_KEY"),
    "sambanova": Service("https://api.sambanova.ai/v1", "SAMBANOVA_API_KEY"),
    "nvidia_nim": Service("https://integrate.api.nvidia.com/v1", "NVIDIA_NIM_API_KEY"),
    "deepinfra": Service("https://api.deepinfra.com/v1/openai", "DEEPINFRA_API_KEY"),
}

OTHERS = frozenset({
    "bedrock", "bedrock_converse", "sagemaker", "sagemaker_chat", "vertex_ai", "vertex_ai_beta", "palm", "cohere",
    "cohere_chat", "replicate", "huggingface", "databricks", "snowflake", "watsonx", "watsonx_text", "oci", "nlp_cloud",
    "aleph_alpha", "petals", "predibase", "clarifai", "triton", "voyage", "jina_ai", "bytez", "cloudflare",
    "github_copilot", "assemblyai", "deepgram", "elevenlabs", "fal_ai", "runwayml", "topaz", "recraft", "custom",
})  # fmt: skip  # names that LiteLLM gives to services with an API of their own

_BEGINNINGS = {"gpt-": "openai", "o1": "openai", "o3": "openai", "o4": "openai", "chatgpt-": "openai",
               "text-embedding-": "openai", "ft:gpt-": "openai", "claude-": "anthropic"}  # fmt: skip  # as a table


def split(model: str, told: str | None, *, has_base: bool) -> tuple[str | None, str]:
    """Provider and the provider's own name of the model, for LiteLLM's `provider/model`.

    Args:
        model: as the file has it.
        told: `custom_llm_provider`, which goes before what the name says.
        has_base: whether an `api_base` is given, which makes a bare name an OpenAI-compatible one.

    Returns:
        The provider is None when nothing says who it is.
    """
    first, slash, rest = model.partition("/")
    if told is not None:
        return told, rest if slash and first == told else model
    if slash and (first in SERVICES or first in OTHERS):
        return first, rest
    for beginning, provider in _BEGINNINGS.items():
        if not has_base and model.startswith(beginning):
            return provider, model
    return ("openai" if has_base else None), model
