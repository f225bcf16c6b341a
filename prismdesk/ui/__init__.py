"""The window: shows state and emits intent."""
