"""Deck files to domain objects."""
