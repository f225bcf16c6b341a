"""Colours and measures of the window, in one frozen value that palette, sheet and painters read."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtGui import QColor, QFont, QFontDatabase, QPalette

from prismdesk.project.model import Task


@dataclass(frozen=True, slots=True)
class TaskColours:
    """How what was made for a task is drawn: wave and outline, region body, region header."""

    wave: str
    body: str
    header: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Theme:
    """Colour tokens; recorded sound is grey, made sound has its task's colour."""

    window: str
    panel: str
    raised: str
    hover: str
    field: str
    lane: str
    lane_alternate: str
    line: str
    line_strong: str
    text: str
    dim: str
    faint: str
    off: str
    accent: str
    accent_fill: str
    selection: str
    recorded_peak: str
    recorded_rms: str
    recorded_body: str
    recorded_header: str
    good: str
    warning: str
    error: str
    playhead: str
    playhead_case: str
    tasks: tuple[tuple[Task, TaskColours], ...]

    def task(self, task: Task) -> TaskColours:
        """Return the colours of a task."""
        return dict(self.tasks)[task]


DARK = Theme(
    window="#15171B",
    panel="#1C1F24",
    raised="#292D34",
    hover="#333842",
    field="#121418",
    lane="#17191E",
    lane_alternate="#1A1D22",
    line="#2C3037",
    line_strong="#666E7B",
    text="#E8EAED",
    dim="#B0B6C0",
    faint="#929AA8",
    off="#7C8490",
    accent="#6AA5F5",
    accent_fill="#2B67BE",
    selection="#24364F",
    recorded_peak="#7F8A9A",
    recorded_rms="#A9B3C1",
    recorded_body="#22262D",
    recorded_header="#2D323B",
    good="#5CC489",
    warning="#E9C04A",
    error="#FF7A6B",
    playhead="#FFFFFF",
    playhead_case="#000000",
    tasks=(
        (Task.GENERATE, TaskColours("#A88BFA", "#2C2840", "#423A66")),
        (Task.INPAINT, TaskColours("#F2B347", "#3A3021", "#5A4522")),
        (Task.CONTINUE, TaskColours("#2FBF9B", "#1B352F", "#1F4E43")),
    ),
)

HEADER_WIDTH_PX = 216
OVERVIEW_HEIGHT_PX = 20
RULER_HEIGHT_PX = 28
REGION_HEADER_PX = 18
CLIP_HEADER_PX = 16


def ui_font(size_px: int, *, bold: bool = False) -> QFont:
    """Return the system's font for the window at a size."""
    font = QFontDatabase.systemFont(QFontDatabase.SystemFont.GeneralFont)
    font.setPixelSize(size_px)
    font.setBold(bold)
    return font


def fixed_font(size_px: int, *, bold: bool = False) -> QFont:
    """Return the system's font for figures that must not jump."""
    font = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
    font.setPixelSize(size_px)
    font.setBold(bold)
    return font


def palette_of(theme: Theme) -> QPalette:
    """Return the Qt palette of a theme."""
    role = QPalette.ColorRole
    palette = QPalette()
    for roles, colour in (
        ((role.Window,), theme.panel),
        ((role.Base,), theme.field),
        ((role.AlternateBase,), theme.lane_alternate),
        ((role.Button, role.ToolTipBase), theme.raised),
        ((role.WindowText, role.Text, role.ButtonText, role.ToolTipText), theme.text),
        ((role.HighlightedText, role.BrightText), theme.text),
        ((role.PlaceholderText,), theme.faint),
        ((role.Mid,), theme.line),
        ((role.Dark,), theme.line_strong),
        ((role.Highlight,), theme.selection),
        ((role.Accent, role.Link), theme.accent),
    ):
        for one in roles:
            palette.setColor(one, QColor(colour))
    for one in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, one, QColor(theme.off))
    return palette


def style_sheet_of(theme: Theme) -> str:
    """Return the style sheet of a theme: only what a palette can't say."""
    return f"""
    QMainWindow, QStatusBar {{ background: {theme.window}; }}
    QMenuBar {{ background: {theme.window}; padding: 2px 6px; }}
    QMenuBar::item {{ padding: 4px 9px; border-radius: 4px; background: transparent; }}
    QMenuBar::item:selected {{ background: {theme.hover}; }}
    QMenu {{ background: {theme.panel}; border: 1px solid {theme.line_strong}; padding: 4px; }}
    QMenu::item {{ padding: 5px 28px 5px 12px; border-radius: 4px; }}
    QMenu::item:selected {{ background: {theme.selection}; }}
    QMenu::separator {{ height: 1px; background: {theme.line}; margin: 4px 8px; }}
    QStatusBar {{ color: {theme.dim}; border-top: 1px solid {theme.line}; min-height: 25px; }}
    QStatusBar::item {{ border: none; }}
    QSplitter::handle {{ background: {theme.line}; }}
    QTableView {{ background: {theme.panel}; border: none; gridline-color: {theme.line};
                  selection-background-color: {theme.selection}; outline: none; }}
    QTableView::item {{ padding: 0 8px; border-bottom: 1px solid {theme.line}; }}
    QTableView:focus {{ border: 2px solid {theme.accent}; }}
    QHeaderView::section {{ background: {theme.panel}; color: {theme.faint}; border: none;
                            border-bottom: 1px solid {theme.line}; padding: 4px 8px; }}
    QScrollBar:horizontal {{ height: 12px; background: {theme.window}; }}
    QScrollBar:vertical {{ width: 10px; background: {theme.window}; }}
    QScrollBar::handle {{ background: {theme.line_strong}; border-radius: 4px; margin: 2px;
                          min-width: 24px; min-height: 24px; }}
    QScrollBar::add-line, QScrollBar::sub-line {{ width: 0; height: 0; }}
    QPushButton[kind="main"] {{ background: {theme.accent_fill}; color: {theme.playhead};
                                border: none; border-radius: 4px; padding: 7px 16px; }}
    QPushButton[kind="main"]:hover {{ background: {theme.accent}; color: {theme.window}; }}
    QPushButton[kind="main"]:focus {{ border: 2px solid {theme.text}; padding: 5px 14px; }}
    QToolTip {{ border: 1px solid {theme.line_strong}; padding: 3px; }}
    """
