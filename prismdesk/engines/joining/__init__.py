"""Joining a made sound to the film around it: rate, channels, level, tone, seams."""
