"""Learning a text word for word: its parts, how it is acquired, how it is heard. Pure."""
