"""The stages of a run, in order; each needs one large network at a time."""
