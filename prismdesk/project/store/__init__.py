"""The project on disk: format, journal, lock, recovery."""
