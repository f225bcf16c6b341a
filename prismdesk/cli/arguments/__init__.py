"""The arguments of the commands, a module for each group of them."""
