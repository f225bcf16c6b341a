"""The spotting list: regions as a table, gaps found, lists in and out."""
