"""Files to arrays and back: probe, conform, frames, peaks, mixdown, export."""
