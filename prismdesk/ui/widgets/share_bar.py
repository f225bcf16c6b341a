"""A bar that fills as work goes on."""

from __future__ import annotations

from PySide6.QtWidgets import QProgressBar


class ShareBar(QProgressBar):
    """Shows 0 to 1000 thousandths without figures.

    Args:
        name: what it shows, for screen readers.
    """

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setTextVisible(False)
        self.setRange(0, 1000)
        self.setAccessibleName(name)

    def setValue(self, value: int) -> None:  # noqa: N802  (Qt's name)
        """Be painted with the next picture of the window.

        Qt's own bar paints at once, and with it everything in the window that waits for it.
        """
        self.setUpdatesEnabled(False)
        super().setValue(value)
        self.setUpdatesEnabled(True)
