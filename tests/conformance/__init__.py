"""Conformance of the models: small cases that every implementation must reproduce."""
