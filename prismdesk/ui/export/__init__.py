"""Writing films and sound: the settings, the work beside further edits, the report."""
