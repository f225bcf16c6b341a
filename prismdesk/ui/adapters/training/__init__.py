"""Training in the window: a run as it goes on, its set, and how it is begun."""
