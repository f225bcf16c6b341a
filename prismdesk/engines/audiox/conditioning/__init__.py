"""What AudioX is told: prompts to tokens, and their fusion."""
