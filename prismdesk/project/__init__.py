"""What is edited: time, tracks, clips, regions, takes, edits, history, store. Pure Python."""
