"""What is said of a file that is no adapter, or none that can be used."""

from __future__ import annotations

from prismdesk.engines.errors import AdapterRefusedError


class AdapterFileError(AdapterRefusedError):
    """An adapter's file can't be used; the message is one sentence that names it."""
