"""Weights: which checkpoints there are, under which licences, where they lie, how to get them."""
