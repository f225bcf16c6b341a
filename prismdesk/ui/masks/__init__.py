"""Masks drawn over the picture: the mode of the viewer, its tools, its strip of key frames."""
