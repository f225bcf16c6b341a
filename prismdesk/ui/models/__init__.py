"""The panel of models: which there are, under which terms, getting and checking them."""
