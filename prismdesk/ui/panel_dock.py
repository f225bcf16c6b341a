"""A panel that can be moved, tabbed with others, floated, closed, and found again by its name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QDockWidget, QHBoxLayout, QLabel, QMainWindow, QWidget

from prismdesk.ui.theme import scaled_px, ui_font
from prismdesk.ui.turns import settle_parts

if TYPE_CHECKING:
    from collections.abc import Callable

    from prismdesk.ui.theme import Theme


class PanelDock(QDockWidget):
    """Holds one panel under a heading that looks like a tab.

    Among tabs the heading is left out: the tab says the name already.

    Args:
        name: shown, and spoken by screen readers.
        key: the name under which its place is remembered.
        panel: what it holds; None where ``make`` is given.
        theme: the colours.
        has_heading: whether the panel brings a heading of its own.
        make: has the dock ``hold`` its panel; called when the dock is first shown.
    """

    def __init__(
        self,
        name: str,
        key: str,
        panel: QWidget | None,
        theme: Theme,
        *,
        has_heading: bool = False,
        make: Callable[[], object] | None = None,
    ) -> None:
        super().__init__(name)
        self.setObjectName(f"panel.{key}")
        self.setAccessibleName(name)
        self.setAllowedAreas(Qt.DockWidgetArea.AllDockWidgetAreas)
        self._nothing = QWidget()
        self._heading = self._nothing if has_heading else _Heading(name, theme)
        # Before the panel comes, which each change of the dock lays out anew.
        self.setTitleBarWidget(self._heading)
        self._make = make
        if panel is not None:
            self.hold(panel)
        self.visibilityChanged.connect(self.fit_heading)
        self.visibilityChanged.connect(self._settle)
        self.dockLocationChanged.connect(self.fit_heading)
        self.topLevelChanged.connect(self.fit_heading)

    def show_in_front(self) -> None:
        """Show the panel, before those it shares its place with."""
        self._fill()
        self.show()
        self.raise_()

    def hold(self, panel: QWidget) -> None:
        """Put the panel in."""
        panel.setAutoFillBackground(True)
        self.setWidget(panel)

    def _fill(self) -> None:
        if self._make is not None and self.widget() is None:
            self._make()

    def _settle(self, is_seen: bool) -> None:
        if is_seen:
            self._fill()
            settle_parts(self)

    def fit_heading(self) -> None:
        """Have a heading where the panel stands alone, none among tabs."""
        window = self.parentWidget()
        is_tabbed = (
            isinstance(window, QMainWindow)
            and not self.isFloating()
            and bool(window.tabifiedDockWidgets(self))
        )
        wanted = self._nothing if is_tabbed else self._heading
        if self.titleBarWidget() is not wanted:
            self.setTitleBarWidget(wanted)


class _Heading(QWidget):
    """The name over a panel, as high as a tab."""

    def __init__(self, name: str, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("panelHeading")
        self.setStyleSheet(f"QWidget#panelHeading {{ background: {theme.window}; }}")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        title = QLabel(name)
        title.setFont(ui_font(12, bold=True))
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 0, 14, 0)
        row.addWidget(title)
        row.addStretch()

    def sizeHint(self) -> QSize:  # noqa: N802  (Qt's name)
        """Return the height of a tab: a dock asks for nothing else."""
        return QSize(80, scaled_px(30))

    def minimumSizeHint(self) -> QSize:  # noqa: N802  (Qt's name)
        """Return the height of a tab."""
        return self.sizeHint()
