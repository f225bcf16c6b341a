"""AudioX: sound and music from text, picture and sound, by latent diffusion."""
