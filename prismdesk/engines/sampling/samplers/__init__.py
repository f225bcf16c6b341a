"""Samplers: from noise down to data with a denoiser D(x, sigma), where x = x0 + sigma n.

One module per method; ``kinds`` lists them, ``sample`` runs one. States are float32.
"""
