"""`/v1/audio`: speech to text in every format, and text to speech, in OpenAI's words."""

from tokenry.api.audio.asked import Transcription, Translation
from tokenry.api.audio.surface import Speech, audio_surfaces

__all__ = ["Speech", "Transcription", "Translation", "audio_surfaces"]
