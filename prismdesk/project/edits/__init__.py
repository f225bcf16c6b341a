"""Pure edits: a project and arguments in, a new project out, or an ``EditError``."""
