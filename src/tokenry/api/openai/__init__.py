"""Routes with OpenAI's shapes."""
