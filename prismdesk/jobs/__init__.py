"""The queue and the engine process, joined by typed messages over a pipe."""
