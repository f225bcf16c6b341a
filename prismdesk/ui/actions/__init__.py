"""Everything the user can do, as data: names, menus, keys, and who does it."""
