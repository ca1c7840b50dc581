"""Use cases that the screens and the commands share."""
