"""Batches in the window: planned, watched, looked back on."""
