"""Prompts in the window: from a marked time to its sound by keys alone, and the table of them."""
