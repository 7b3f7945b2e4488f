"""Why a setting of LiteLLM's has no counterpart here, by its name; what is not listed is told in general words."""

from __future__ import annotations

_SECONDS = "not carried over; say it as `audio_second`, dollars per second of sound"
_KEYS = "keys, users and teams lie in Tokenry's own books; make them with `tokenry key create`"
_BOOKS = "the books are SQLite files in the data folder; nothing else is needed"
_RETRY = "a deployment is tried once, then the next one; five failures in a row or half of twenty rest it for a while"
_LOGS = "requests leave receipts; logs go to stderr, metrics to /metrics, traces to OpenTelemetry"
_CACHE = "answers are not cached, but for requests with an Idempotency-Key"
_LIMIT = "Tokenry does not count a provider's limits itself: on its 429 the next deployment answers"
_DEFAULTS = "parameters come from the client's request alone"
_HOOKS = "guardrails and other code in a request's way are not built"
_OTHER_API = "only chat completions, completions and embeddings are served"
_CATALOGUE = "the model is described by the keys of [[model]] alone"
_REFUSED = "fields that an engine does not know are its own to refuse"
_SERVER = "the server's own are limits.concurrent_requests, for each key"
_TAGS = "routing by tags is not built"
_BUDGET = "budgets of providers are not built"
_DIALECT = "a setting of that provider's own API"

TOP = {
    "environment_variables": "set them in the environment of the server if something else needs them",
    "guardrails": _HOOKS, "prompts": _HOOKS, "mcp_servers": _OTHER_API, "mcp_tools": _OTHER_API,
    "vector_store_registry": _OTHER_API, "search_tools": _OTHER_API, "finetune_settings": _OTHER_API,
    "files_settings": _OTHER_API, "assistant_settings": _OTHER_API, "credential_list": "its entries stand in providers",
    "include": "other files are not followed; import each of them", "callback_settings": _LOGS,
}  # fmt: skip  # one line a pair would bury the table

PARAMS = {
    "api_version": "Azure's v1 path needs none", "rpm": _LIMIT, "tpm": _LIMIT, "num_retries": _RETRY,
    "max_retries": _RETRY, "cooldown_time": _RETRY, "temperature": _DEFAULTS, "top_p": _DEFAULTS, "stop": _DEFAULTS,
    "seed": _DEFAULTS, "n": _DEFAULTS, "presence_penalty": _DEFAULTS, "frequency_penalty": _DEFAULTS,
    "reasoning_effort": _DEFAULTS, "extra_body": _DEFAULTS, "response_format": _DEFAULTS, "thinking": _DEFAULTS,
    "drop_params": _REFUSED, "mock_response": "use the scripted engine",
    "tags": _TAGS, "fallbacks": "fallbacks stand under router_settings or litellm_settings",
    "vertex_project": _DIALECT, "vertex_location": _DIALECT, "vertex_credentials": _DIALECT,
    "aws_access_key_id": _DIALECT, "aws_secret_access_key": _DIALECT, "aws_region_name": _DIALECT,
    "azure_ad_token": "sign-in by token is not built; give an API key", "tenant_id": _DIALECT, "client_id": _DIALECT,
    "client_secret": _DIALECT, "max_budget": _BUDGET, "keep_alive": _DIALECT,
    "budget_duration": _BUDGET, "input_cost_per_second": _SECONDS, "output_cost_per_second": _SECONDS,
    "guardrails": _HOOKS,
}  # fmt: skip  # as above

INFO = {
    "id": "deployments are named provider/model", "db_model": _BOOKS, "base_model": _CATALOGUE,
    "access_groups": "a key names its models: `tokenry key create --models`",
}  # fmt: skip  # as above

ROUTER = {
    "num_retries": _RETRY, "retry_policy": _RETRY, "model_group_retry_policy": _RETRY, "allowed_fails": _RETRY,
    "allowed_fails_policy": _RETRY, "cooldown_time": _RETRY, "disable_cooldowns": _RETRY, "retry_after": _RETRY,
    "context_window_fallbacks": "what is too long for a model is refused with context_length_exceeded",
    "content_policy_fallbacks": "a provider's refusal for its content goes to the client as it is",
    "max_fallbacks": "a model's chain is tried to its end", "enable_pre_call_checks": "limits are always checked first",
    "routing_strategy_args": "the router has no further settings", "cache_responses": _CACHE, "caching_groups": _CACHE,
    "redis_host": _BOOKS, "redis_port": _BOOKS, "redis_password": _BOOKS, "redis_url": _BOOKS, "cache_kwargs": _CACHE,
    "provider_budget_config": _BUDGET, "tag_filtering": _TAGS, "enable_tag_filtering": _TAGS,
    "set_verbose": "use log.level", "debug_level": "use log.level",
}  # fmt: skip  # as above

LITELLM = {
    **ROUTER, "drop_params": _REFUSED, "cache": _CACHE,
    "cache_params": _CACHE, "enable_caching_on_provider_specific_optional_params": _CACHE, "callbacks": _LOGS,
    "success_callback": _LOGS, "failure_callback": _LOGS, "service_callback": _LOGS, "audit_log_callbacks": _LOGS,
    "turn_off_message_logging": "prompts and answers are never logged", "telemetry": "nothing phones home",
    "redact_user_api_key_info": "keys stand in logs by their ids alone", "modify_params": "requests are not rewritten",
    "force_ipv4": "the system chooses", "default_internal_user_params": _KEYS, "default_team_settings": _KEYS,
    "default_team_params": _KEYS, "max_end_user_budget": _KEYS, "max_internal_user_budget": _KEYS,
    "internal_user_budget_duration": _KEYS, "max_user_budget": _KEYS, "public_model_groups": _KEYS,
    "ssl_verify": "set provider.verify_tls or provider.ca_file", "custom_provider_map": _HOOKS,
    "langfuse_default_tags": _LOGS, "s3_callback_params": _LOGS, "enable_json_schema_validation": _DEFAULTS,
}  # fmt: skip  # as above

GENERAL = {
    "master_key": "administration goes through the data folder's own socket; there is no key that opens all",
    "salt_key": "nothing of a provider's is stored, so nothing is encrypted", "database_url": _BOOKS,
    "database_connection_pool_limit": _BOOKS, "database_connection_timeout": _BOOKS, "database_type": _BOOKS,
    "store_model_in_db": "models stand in the configuration file alone", "allow_requests_on_db_unavailable":
    "what cannot be accounted for is refused", "alerting": "watch /metrics", "alerting_threshold": "watch /metrics",
    "alerting_args": "watch /metrics", "alert_types": "watch /metrics", "alert_to_webhook_url": "watch /metrics",
    "background_health_checks": "a deployment's health is learnt from requests", "health_check_interval":
    "a deployment's health is learnt from requests", "pass_through_endpoints": _OTHER_API,
    "ui_access_mode": "there is no web interface", "ui_username": "there is no web interface",
    "enforce_user_param": "whose request it is, the key says", "custom_auth": _HOOKS, "custom_key_generate": _HOOKS,
    "proxy_batch_write_at": _BOOKS, "disable_spend_logs": "the ledger is what the product is",
    "global_max_parallel_requests": _SERVER,
    "use_redis_transaction_buffer": _BOOKS, "max_parallel_requests": _SERVER,
    "allowed_ips": "filter addresses in front of Tokenry", "enable_jwt_auth": _KEYS, "litellm_jwtauth": _KEYS,
    "key_management_system": "secrets come from the environment or from files",
    "key_management_settings": "secrets come from the environment or from files",
    "infer_model_from_keys": _CATALOGUE, "completion_model": "a request names its model",
    "forward_client_headers_to_llm_api": "clients' headers are not passed on",
}  # fmt: skip  # as above

OTHERWISE = "Tokenry has nothing like it"
