"""The panel of presets: the library on the left, their training on the right."""
