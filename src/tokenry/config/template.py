"""The commented file that `tokenry init` writes. It teaches every key and, as it stands, changes nothing."""

from __future__ import annotations


def template() -> str:
    """A TOML document whose live lines are the defaults and whose comments show the rest."""
    return _TEMPLATE


_TEMPLATE = """\
# Tokenry's configuration. As it stands it changes nothing: live lines are the defaults, commented ones are examples.
# A key that is not known is a mistake, and a file with a mistake is refused in words: a gateway that runs keeps the
# configuration it has. Secrets never stand here, only the names of environment variables that hold them (NAME, or
# NAME_FILE for a file that holds the secret).

[server]
host = "127.0.0.1"           # "0.0.0.0" lets other machines in; give it TLS first, see below
port = 8080                  # 0 = any free one
cors_origins = []            # web pages that may call us, such as ["https://chat.example.org"]
body_size_max = 33554432     # bytes of one request; images travel in it
request_timeout_s = 600      # the longest a request may last
drain_timeout_s = 30         # how long running requests may finish after SIGTERM
drain_delay_s = 0            # how long to serve on after /readyz has said no, for balancers that look seldom
# unix_socket = "/run/tokenry/http.sock"         # listen here instead of on host and port
# tls_cert_file = "/etc/tokenry/tls/cert.pem"    # with the chain; read again by a reload
# tls_key_file = "/etc/tokenry/tls/key.pem"
# trusted_proxies = ["127.0.0.1", "10.0.0.0/8"]  # whose X-Forwarded-For and -Proto are believed
# public_url = "https://tokenry.example.org"     # what people outside type, when a proxy stands in front

# ---- Who makes the tokens ------------------------------------------------------------------------------------------
# Any endpoint that speaks OpenAI's API: OpenAI, vLLM, SGLang, Ollama, llama-server, Groq, Mistral, ...
#
# [[provider]]
# name = "lab-vllm"
# dialect = "openai"                       # openai | anthropic | llama.cpp | whisper | scripted
# base_url = "https://vllm.example.org/v1" # absent = Anthropic's own, with dialect "anthropic"
# speaks = ["responses", "messages"]       # APIs that it serves beside chat completions; absent = what is known of it
# api_key_env = "VLLM_KEY"                 # the NAME of an environment variable
# headers = { x-team = "physics" }         # sent with every request
# data_class = "internal"                  # the highest class of prompts it may see: public | internal | confidential
# max_concurrency = 256                    # further requests wait in line
# connect_timeout_s = 10                   # name look-up, connection and TLS together
# dns_timeout_s = 5                        # of that, the look-up
# tls_timeout_s = 10                       # of that, the handshake
# first_byte_timeout_s = 300
# idle_timeout_s = 120                     # the longest silence within an answer
# ca_file = "/etc/ssl/lab-ca.pem"          # a certificate authority of your own
# verify_tls = true
# tls_server_name = "vllm.internal"        # when base_url says an address, the name that its certificate has
# client_cert_file = "/etc/tokenry/us.pem" # for a provider that wants a certificate of ours
# client_key_file = "/etc/tokenry/us.key"
# proxy = "http://proxy.example.org:3128"  # or "environment": HTTPS_PROXY and its like, else never looked at
# proxy_auth_env = "PROXY_AUTH"            # the NAME of a variable that holds user:password
#
# A model run here, in a child process: dialect "llama.cpp" with a model and no base_url.
#
# [[provider]]
# name = "local"
# dialect = "llama.cpp"
# model = "smollm2-135m"                   # an artifact (see: tokenry pull) or the path of a GGUF file
# context_length = 8192                    # tokens of each request; memory grows with this times parallel
# parallel = 4                             # requests computed at once
# threads = 4                              # absent = all cores but one
#
# Speech to text, in a child process: dialect "whisper"; needs the extra: pip install "tokenry[audio]"
#
# [[provider]]
# name = "ears"
# dialect = "whisper"
# model = "whisper-tiny.en"                # an artifact, or the path of a folder in CTranslate2's format
# parallel = 2                             # sounds heard at once; they share the threads

# ---- What clients ask for ------------------------------------------------------------------------------------------
# A provider that no model names offers what its /models lists, without a price: only keys without a hard budget may
# use that. A model listed here has a price, aliases, and deployments in the order in which they are tried.
#
# [[model]]
# name = "gpt-oss-20b"
# aliases = ["house-default"]
# kind = "chat"                            # chat | embedding | transcription | speech | moderation
# price = { input = 0.10, cached_input = 0.02, output = 0.40 }   # US dollars per million tokens, charged to the award
# cost = { input = 0.05, output = 0.20 }   # what the provider charges you; "public" = as the list of public prices says
# Further meters of a price or a cost: cache_write, reasoning, embedding (instead of input), audio_second and image (in
# dollars each). Other rates above so many tokens of input: above = [{ tokens = 200_000, input = 0.20 }]. For a tier of
# service: tiers = { flex = {}, priority = { input = 0.20 }, batch = { input = 0.05, output = 0.20 } }.
# announced = [{ effective_from = "2030-01-01", price = { input = 0.12, output = 0.45 } }]   # a change ahead of time
# max_output_tokens = 8192                 # always sent to the engine, so that no answer outgrows its hold
# context_length = 131072
# template_tokens = 64                     # allowance for the chat template
# image_tokens = 1600                      # per image; absent = no images under a hard budget
# deployments = [
#   { provider = "lab-vllm", model = "openai/gpt-oss-20b", priority = 1, weight = 3 },
#   { provider = "local", model = "gpt-oss-20b", priority = 2 },   # only while no priority 1 answers
# ]

# ---- What a key may do when it has no limits of its own ------------------------------------------------------------
[limits]
requests_per_minute = 3000000
tokens_per_minute = 10000000000
concurrent_requests = 10000

# ---- How requests share an engine, by their tier of service: priority first, then default, flex, batch ----------
[tiers]
reserve = 0.25               # of an engine's slots that flex and batch leave to others
flex_wait_s = 60             # then a flex request is refused, uncharged
flex_waiting_max = 100       # flex requests in line at one engine; one more is refused at once

# ---- The small model that answers before anything is configured ----------------------------------------------------
[starter]
# enabled = true             # absent = on only while no [[model]] is listed: any one turns the starter off
award_usd = 100              # the default award, made on first start
# threads = 2

[artifacts]
# cache = "/srv/models"      # absent = the user's cache folder; TOKENRY_CACHE overrides that
# index_url = "https://packages.example.org/simple"     # absent = what pip is set up for
hub_url = "https://huggingface.co"

[log]
level = "info"               # debug | info | warning | error
format = "auto"              # auto | console | json; auto = console at a terminal, json elsewhere
requests = "off"             # off | failed | all: a line for each request; prompts and answers are in none

# ---- OpenTelemetry; needs the extra: pip install "tokenry[otel]" ----------------------------------------------------
[telemetry]
traces = false
metrics = false
# endpoint = "http://127.0.0.1:4318"     # OTLP over HTTP; absent = OTEL_EXPORTER_OTLP_ENDPOINT, else this one
# headers_env = "OTLP_HEADERS"           # the NAME of an environment variable with name=value,... for the collector
service_name = "tokenry"
sample_ratio = 1.0           # share of the requests that bring no trace of their own

# ---- Whom to tell: e-mail, and webhooks that people register --------------------------------------------------------
[mail]
# host = "mail.example.org"      # absent = no mail is sent
# port = 587                     # absent = 587 for starttls, 465 for tls, 25 for none
tls = "starttls"                 # starttls | tls | none
# ca_file = "/etc/ssl/lab-ca.pem"
# username = "tokenry"
# password_env = "MAIL_PASSWORD" # the NAME of an environment variable
# from_address = "tokenry@example.org"
timeout_s = 30                   # for one mail

[webhooks]
allow_private = false            # true = loopback, private and link-local addresses too, and http:// without TLS
timeout_s = 15                   # for one call

# ---- People who sign in ----------------------------------------------------------------------------------------------
[sign_in]
idle_s = 604800                  # a session that nobody uses for so long ends
session_s = 2592000              # and this is the longest that one lasts
# OpenID Connect; the address to register there is PUBLIC_URL/sign-in/NAME/callback
#
# [[sign_in.oidc]]
# name = "lab"
# title = "Lab account"    # on the button
# issuer = "https://id.example.org/realms/lab"
# client_id = "tokenry"
# client_secret_env = "LAB_OIDC_SECRET"   # the NAME of an environment variable; or client_secret_file, a path
# ca_file = "/etc/ssl/lab-ca.pem"
# scopes = ["openid", "email", "profile"]
# groups_claim = "groups"        # a claim that lists groups; dots lead into tables, as in realm_access.roles
# roles = { staff = "admin", finance = "auditor" }
# default_role = "member"        # of whoever no group gives a role; absent = they need a place here, or an invite
# email_domains = ["example.org"]
# organization = "default"

# ---- Milestones: tokens that an organization gets a certificate for -------------------------------------------------
[milestones]
thresholds = [10_000_000_000, 100_000_000_000, 1_000_000_000_000, 10_000_000_000_000]    # [] = none
# issuer = "Example Supercomputing Centre"       # absent = the name of the first organization
# key_file = "/etc/tokenry/certificates.pem"     # absent = made in the data folder when the first one is signed
# font_files = ["/usr/share/fonts/opentype/noto/NotoSerifCJK-Regular.ttc"]   # for names that our fonts cannot write

# ---- The books, and how much of the disk they may take -------------------------------------------------------------
[storage]
keep_days = 400                # how long each single request is kept; sums per day stay for good
ledger_size_max = 68719476736  # bytes; a larger ledger gives up its oldest requests sooner; 0 = no bound
disk_free_min = 67108864       # bytes; with less free on the disk no new request is taken
ballast_size = 33554432        # bytes laid by so that running requests can settle on a full disk; 0 = none
# url = "postgresql://..."     # not built yet: the books are SQLite files in the data folder

# ---- Files, batches and answers that projects leave here -----------------------------------------------------------
[objects]
file_size_max = 536870912        # bytes of one file
upload_size_max = 8589934592     # bytes of one that comes in parts
project_size_max = 107374182400  # bytes of all files, stored answers and conversations of a project; 0 = no bound
keep_days = 30                   # stored answers, and conversations since they were last used
batch_lines_max = 50000          # lines of one batch
batch_size_max = 209715200       # bytes of its input file
batch_lines_at_once = 64         # lines of all batches that are asked at one time
batch_lines_at_once_each = 32    # lines of one batch
batches_unfinished_max = 100     # batches of one project that are not over yet

# ---- Files that people leave in their workspace, and how they are read and found -----------------------------------
[workspace]
file_size_max = 52428800         # bytes of one file
person_size_max = 2147483648     # bytes that one person may leave; 0 = no bound
person_files_max = 2000
reading_timeout_s = 60           # for one file
reading_memory_max = 1073741824  # bytes, for one file
readings_at_once = 2
# instructions = "Answer in British English."   # said to the model before every chat
# embedding_model = "bge-m3"     # absent = the starter's, where it is served; else files are found by words alone

# ---- Training sets that `tokenry corpus build` made: shown in the workspace, never changed by the server ------------
[corpus]
sets = []                        # folders, or patterns that lead to them: ["/srv/sets/*"]
"""
