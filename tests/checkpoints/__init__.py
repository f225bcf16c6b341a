"""Small checkpoints laid out exactly as the publishers lay out theirs."""
