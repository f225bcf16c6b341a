"""The window: everything that is seen, and nothing that is computed."""
