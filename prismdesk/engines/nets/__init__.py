"""Networks that engines share."""
