"""Figures for the documentation, measured against named baselines; nothing here is shipped."""
