"""Jobs in the window: the strip at the bottom and the dock with the whole queue."""
