"""Solving the flow from noise to a latent: steps, windows, what is to be kept."""
