"""A film as networks look at it: which frames, at which size, behind which mask, in segments."""
