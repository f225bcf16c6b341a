"""Who may use what: the company's policy file in the window."""
