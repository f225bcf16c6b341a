"""Takes in the window: the list, how one was made, hearing them against each other."""
