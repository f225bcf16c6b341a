"""PrismDesk: audio post-production to picture."""

__version__ = "0.1.0"
