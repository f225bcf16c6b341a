"""The built-in engine: mends, fills and extends sound from its surroundings alone."""
