"""Projects, films and sounds coming and going: new, open, import, save, collect, find, recover."""
