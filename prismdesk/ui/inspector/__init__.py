"""The inspector: what is wanted for the selected region, and the key that makes it."""
