"""Adapter files (LoRA and its kin): read, written, put on networks and taken off again."""
