"""Clips on disk, decoding, sound devices and the player."""
