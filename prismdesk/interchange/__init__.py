"""Lists and timelines that other programs read and write."""
