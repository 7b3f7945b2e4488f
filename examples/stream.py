"""Stream an answer with the official OpenAI client; it reads OPENAI_BASE_URL and OPENAI_API_KEY by itself."""

from openai import OpenAI

events = OpenAI().chat.completions.create(
    model="smollm2-135m",
    messages=[{"role": "user", "content": "Write one sentence about the sea."}],
    max_tokens=60,
    stream=True,
)
for event in events:
    print(event.choices[0].delta.content or "", end="", flush=True)
print()
