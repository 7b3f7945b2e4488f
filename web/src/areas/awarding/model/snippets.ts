// A few lines for each way to ask, filled in with where this server is, a model and a key.

export const SNIPPETS = [
  { id: "python", label: "Python" },
  { id: "shell", label: "Shell" },
  { id: "curl", label: "curl" },
  { id: "codex", label: "Codex" },
  { id: "claude", label: "Claude Code" },
] as const;
export type SnippetId = (typeof SNIPPETS)[number]["id"];

export interface Filled {
  /** Without a slash at its end. */
  base: string;
  model: string;
  key: string;
}

export function snippet(id: SnippetId, { base, model, key }: Filled): string {
  switch (id) {
    case "python":
      return `from openai import OpenAI

client = OpenAI(base_url="${base}/v1", api_key="${key}")
answer = client.chat.completions.create(
    model="${model}",
    messages=[{"role": "user", "content": "Hello!"}],
)
print(answer.choices[0].message.content)`;
    case "shell":
      return `export OPENAI_BASE_URL=${base}/v1
export OPENAI_API_KEY=${key}`;
    case "curl":
      return `curl ${base}/v1/chat/completions \\
  -H 'authorization: Bearer ${key}' \\
  -H 'content-type: application/json' \\
  -d '{"model": "${model}", "messages": [{"role": "user", "content": "Hello!"}]}'`;
    case "codex":
      return `# ~/.codex/config.toml
model = "${model}"
model_provider = "tokenry"

[model_providers.tokenry]
name = "Tokenry"
base_url = "${base}/v1"
env_key = "TOKENRY_KEY"
wire_api = "responses"
supports_websockets = true

# then, in a shell
export TOKENRY_KEY=${key}
codex`;
    case "claude":
      return `export ANTHROPIC_BASE_URL=${base}
export ANTHROPIC_AUTH_TOKEN=${key}
claude --model ${model}`;
  }
}
