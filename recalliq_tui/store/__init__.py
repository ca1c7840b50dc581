"""The SQLite collection: review log, card states, sessions, backups."""
