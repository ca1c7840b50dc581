"""Text to audio: one protocol, several providers."""
