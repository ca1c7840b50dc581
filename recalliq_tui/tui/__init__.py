"""Screens, widgets and key bindings: the only user of Textual."""
