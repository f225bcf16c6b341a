"""Keys on one page, and the editor that changes them."""
