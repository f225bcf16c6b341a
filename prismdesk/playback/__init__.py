"""What is heard and seen now."""
