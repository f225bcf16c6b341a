"""The meters' panel, and the small meters of the lanes."""
