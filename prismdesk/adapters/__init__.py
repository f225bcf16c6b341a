"""The library of presets: sounds of one's own, kept as small files beside the models."""
