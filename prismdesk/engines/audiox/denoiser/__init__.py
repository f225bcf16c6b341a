"""The denoisers of AudioX: from noisy latents, a time and conditions to a velocity."""
