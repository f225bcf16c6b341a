"""Training of presets: low-rank adapters of both families, and the methods beside them."""
