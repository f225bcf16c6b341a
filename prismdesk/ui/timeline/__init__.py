"""The timeline: what lies where, how it is drawn, and what the pointer does with it."""
