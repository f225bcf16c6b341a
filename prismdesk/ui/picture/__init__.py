"""The picture in the window: what decodes it, what shows it, and the strip on the timeline."""
