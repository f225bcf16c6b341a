"""A finished film: mux, encode, verify, report."""
