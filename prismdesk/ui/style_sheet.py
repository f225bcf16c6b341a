"""The style sheet: what a palette can't say about Qt's own controls."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prismdesk.ui.fonts import scaled_px

if TYPE_CHECKING:
    from prismdesk.ui.theme import Theme


def style_sheet_of(theme: Theme, *, images: str = "") -> str:
    """Return the style sheet of a theme at the present text scale.

    Args:
        theme: the colours.
        images: what the paths of the marks begin with, from ``StyleImages``; empty for none.
    """
    parts = (_frame, _buttons, _fields, _choices, _lists)
    return "".join(part(theme) for part in parts) + (_marks(images) if images else "")


def _frame(theme: Theme) -> str:
    return f"""
    QMainWindow, QStatusBar {{ background: {theme.window}; }}
    QMainWindow::separator {{ background: {theme.line}; width: 1px; height: 1px; }}
    QMenuBar {{ background: {theme.window}; padding: 2px 6px; }}
    QMenuBar::item {{ padding: 4px 9px; border-radius: 4px; background: transparent; }}
    QMenuBar::item:selected {{ background: {theme.hover}; }}
    QMenuBar::item:disabled, QMenu::item:disabled {{ color: {theme.off}; }}
    QMenu {{ background: {theme.panel}; border: 1px solid {theme.line_strong}; padding: 4px; }}
    QMenu::item {{ padding: 5px 28px 5px 12px; border-radius: 4px; border: 1px solid transparent; }}
    QMenu::item:selected {{ background: {theme.selection}; border-color: {theme.accent}; }}
    QMenu::item:disabled:selected {{ background: transparent; border-color: {theme.line_strong}; }}
    QMenu::icon {{ padding-left: 8px; }}
    QMenu::indicator {{ width: {scaled_px(12)}px; height: {scaled_px(12)}px; margin-left: 8px; }}
    QMenu::separator {{ height: 1px; background: {theme.line}; margin: 4px 8px; }}
    QStatusBar {{ color: {theme.dim}; border-top: 1px solid {theme.line};
                  min-height: {scaled_px(25)}px; }}
    QStatusBar::item {{ border: none; }}
    QSplitter::handle {{ background: {theme.line}; }}
    QToolTip {{ background: {theme.raised}; color: {theme.text};
                border: 1px solid {theme.line_strong}; padding: 3px; }}
    QLabel#field_note {{ background: {theme.raised}; color: {theme.text};
                         border: 1px solid {theme.warning}; border-radius: 3px; }}
    QTabBar {{ background: {theme.window}; }}
    QTabBar::tab {{ background: {theme.window}; color: {theme.dim}; padding: 5px 12px;
                    min-height: {scaled_px(18)}px; border: none;
                    border-top: 2px solid transparent; border-right: 1px solid {theme.line}; }}
    QTabBar::tab:selected {{ background: {theme.panel}; color: {theme.text};
                             border-top-color: {theme.accent}; }}
    QTabBar::tab:hover:!selected {{ background: {theme.hover}; }}
    QTabBar::tab:disabled {{ color: {theme.off}; }}
    QTabWidget::pane {{ border: none; border-top: 1px solid {theme.line}; }}
    QFrame[kind="card"] {{ background: {theme.raised}; border: 1px solid {theme.line};
                           border-radius: 4px; }}
    QFrame[kind="chip"] {{ background: transparent; border: 1px solid {theme.line_strong};
                           border-radius: 4px; }}
    QFrame[kind="rule"] {{ background: {theme.line}; border: none; }}
    QDialogButtonBox {{ dialogbuttonbox-buttons-have-icons: 0; }}
    QLabel[kind="dim"] {{ color: {theme.dim}; }}
    QLabel[kind="faint"] {{ color: {theme.faint}; }}
    QLabel[kind="error"] {{ color: {theme.error}; }}
    QLabel[kind="warning"] {{ color: {theme.warning}; }}
    QLabel[kind="good"] {{ color: {theme.good}; }}
    QLabel[kind="key"] {{ border: 1px solid {theme.line_strong}; border-radius: 3px;
                          padding: 0 4px; color: {theme.dim}; }}
    """


def _buttons(theme: Theme) -> str:
    return f"""
    QPushButton, QToolButton {{ background: {theme.raised}; color: {theme.text};
        border: 1px solid {theme.line_strong}; border-radius: 4px; padding: 4px 10px;
        min-height: {scaled_px(16)}px; }}
    QToolButton {{ padding: 3px; min-width: {scaled_px(18)}px; min-height: {scaled_px(18)}px; }}
    QToolButton::menu-indicator {{ image: none; }}
    QPushButton:hover, QToolButton:hover {{ background: {theme.hover}; }}
    QPushButton:pressed, QToolButton:pressed {{ background: {theme.selection}; }}
    QPushButton:disabled, QToolButton:disabled, QPushButton[kind="main"]:disabled {{
        background: transparent; color: {theme.off}; border-color: {theme.line}; }}
    QPushButton[kind="main"], QToolButton[kind="main"] {{ background: {theme.accent_fill};
        color: {theme.accent_text}; border: 1px solid {theme.accent_fill}; }}
    QToolButton[kind="main"]:hover {{ border-color: {theme.text}; }}
    QPushButton[kind="main"] {{ padding: 6px 16px; font-weight: bold; }}
    QPushButton[kind="main"]:hover {{ border-color: {theme.text}; }}
    QToolButton[kind="tiny"] {{ background: transparent; border-color: transparent; padding: 0; }}
    QToolButton[kind="round"] {{ border-radius: {(scaled_px(18) + 8) // 2}px; }}
    QPushButton[kind="small"] {{ padding: 2px 8px; }}
    QPushButton[kind="quiet"], QToolButton[kind="quiet"], QPushButton[kind="row"] {{
        background: transparent; border-color: transparent; }}
    QPushButton[kind="quiet"]:hover, QToolButton[kind="quiet"]:hover,
    QPushButton[kind="row"]:hover, QToolButton[kind="tiny"]:hover {{ background: {theme.hover}; }}
    QPushButton[kind="row"] {{ text-align: left; }}
    QPushButton:checked, QToolButton:checked {{ background: {theme.selection};
        border-color: {theme.accent}; }}
    QPushButton[kind="link"] {{ background: transparent; border-color: transparent;
        color: {theme.accent}; padding: 2px 4px; text-align: left; }}
    QPushButton[kind="segment"] {{ background: {theme.field}; border-radius: 0;
        border-left-width: 0; color: {theme.dim}; }}
    QPushButton[kind="segment"][is_first="true"] {{ border-left-width: 1px; }}
    QPushButton[kind="segment"]:hover {{ background: {theme.hover}; }}
    QPushButton[kind="segment"]:checked {{ background: {theme.selection}; color: {theme.text};
        border-color: {theme.accent}; border-bottom: 2px solid {theme.accent};
        padding-bottom: 3px; font-weight: bold; }}
    QPushButton[kind="segment"]:disabled {{ color: {theme.off}; }}
    """


def _fields(theme: Theme) -> str:
    return f"""
    QLineEdit, QPlainTextEdit, QTextEdit, QAbstractSpinBox, QComboBox {{
        background: {theme.field}; color: {theme.text};
        border: 1px solid {theme.line_strong}; border-radius: 4px; padding: 3px 8px;
        selection-background-color: {theme.accent_fill};
        selection-color: {theme.accent_text}; }}
    QLineEdit, QAbstractSpinBox, QComboBox {{ min-height: {scaled_px(18)}px; }}
    QAbstractSpinBox QLineEdit, QComboBox QLineEdit {{ border: none; padding: 0; min-height: 0; }}
    QAbstractSpinBox QLineEdit {{ padding: 0 8px; background: transparent; }}
    QAbstractSpinBox::up-button, QAbstractSpinBox::down-button {{ width: 0; border: none; }}
    QComboBox {{ background: {theme.raised}; }}
    QComboBox:hover {{ background: {theme.hover}; }}
    QComboBox::drop-down {{ border: none; width: {scaled_px(22)}px; }}
    QLineEdit:focus, QPlainTextEdit:focus, QTextEdit:focus, QAbstractSpinBox:focus {{
        border: 2px solid {theme.accent}; padding: 2px 7px; }}
    QLineEdit:disabled, QPlainTextEdit:disabled, QTextEdit:disabled, QAbstractSpinBox:disabled,
    QComboBox:disabled {{
        background: transparent; color: {theme.off}; border-color: {theme.line}; }}
    QScrollBar:horizontal {{ height: 12px; background: {theme.window}; }}
    QScrollBar:vertical {{ width: 12px; background: {theme.window}; }}
    QScrollBar::handle {{ background: {theme.line_strong}; border-radius: 4px; margin: 2px;
        min-width: 24px; min-height: 24px; }}
    QScrollBar::handle:hover {{ background: {theme.faint}; }}
    QScrollBar::add-line, QScrollBar::sub-line {{ width: 0; height: 0; }}
    QScrollBar::add-page, QScrollBar::sub-page {{ background: none; }}
    """


def _choices(theme: Theme) -> str:
    side, knob = scaled_px(14), scaled_px(12)
    return f"""
    QProgressBar {{ background: {theme.field}; border: 1px solid {theme.line_strong};
        border-radius: 3px; max-height: 6px; }}
    QProgressBar::chunk {{ background: {theme.accent}; }}
    QCheckBox, QRadioButton {{ spacing: {scaled_px(6)}px; outline: none; }}
    QCheckBox:disabled, QRadioButton:disabled {{ color: {theme.off}; }}
    QCheckBox::indicator, QRadioButton::indicator {{ width: {side}px; height: {side}px;
        border: 1px solid {theme.line_strong}; border-radius: 3px; background: {theme.field}; }}
    QRadioButton::indicator {{ border-radius: {side // 2 + 1}px; }}
    QCheckBox::indicator:hover, QRadioButton::indicator:hover {{ border-color: {theme.accent}; }}
    QCheckBox::indicator:checked, QCheckBox::indicator:indeterminate {{
        background: {theme.accent_fill}; border-color: {theme.accent_fill}; }}
    QRadioButton::indicator:checked {{ border: {side // 3}px solid {theme.accent};
        width: {side + 2 - side // 3 * 2}px; height: {side + 2 - side // 3 * 2}px; }}
    QCheckBox::indicator:disabled, QRadioButton::indicator:disabled {{
        background: transparent; border-color: {theme.line}; }}
    QSlider:horizontal {{ min-height: {knob + 4}px; }}
    QSlider:vertical {{ min-width: {knob + 4}px; }}
    QSlider::groove {{ border-radius: 2px; background: {theme.line_strong}; }}
    QSlider::groove:horizontal {{ height: 4px; }}
    QSlider::sub-page:horizontal {{ background: {theme.accent}; border-radius: 2px; }}
    QSlider::groove:vertical {{ width: 4px; }}
    QSlider::add-page:vertical {{ background: {theme.accent}; border-radius: 2px; }}
    QSlider::handle {{ background: {theme.text}; border-radius: {knob // 2}px; }}
    QSlider::handle:horizontal {{ width: {knob}px; margin: -{(knob - 4) // 2}px 0; }}
    QSlider::handle:vertical {{ height: {knob}px; margin: 0 -{(knob - 4) // 2}px; }}
    QSlider::handle:disabled, QSlider::sub-page:disabled {{ background: {theme.off}; }}
    """


def _marks(images: str) -> str:
    return f"""
    QCheckBox::indicator:checked {{ image: url("{images}-check.png"); }}
    QCheckBox::indicator:indeterminate {{ image: url("{images}-dash.png"); }}
    QCheckBox::indicator:checked:disabled {{ image: url("{images}-check-off.png"); }}
    QMenu::indicator:checked {{ image: url("{images}-check-text.png"); }}
    QMenu::indicator:checked:disabled {{ image: url("{images}-check-off.png"); }}
    QComboBox::down-arrow {{ image: url("{images}-caret.png"); width: {scaled_px(12)}px;
        height: {scaled_px(12)}px; }}
    QComboBox::down-arrow:disabled {{ image: url("{images}-caret-off.png"); }}
    """


def _lists(theme: Theme) -> str:
    return f"""
    QAbstractItemView {{ background: {theme.panel}; border: 1px solid {theme.line};
        gridline-color: {theme.line}; selection-background-color: {theme.selection};
        selection-color: {theme.text}; alternate-background-color: {theme.lane_alternate};
        outline: none; }}
    QTableView::item, QTreeView::item {{ padding: 0 8px; min-height: {scaled_px(26)}px;
        border-bottom: 1px solid {theme.line}; }}
    QTableView::item:selected, QTreeView::item:selected, QListView::item:selected {{
        background: {theme.selection}; color: {theme.text}; }}
    QAbstractItemView:focus {{ border: 2px solid {theme.accent}; }}
    QTableCornerButton::section {{ background: {theme.panel}; border: none; }}
    QHeaderView {{ background: {theme.panel}; border: none; }}
    QHeaderView::section {{ background: {theme.panel}; color: {theme.faint}; border: none;
        border-bottom: 1px solid {theme.line}; padding: 4px 8px; text-align: left; }}
    QListView[kind="sections"] {{ background: {theme.window}; }}
    QListView[kind="sections"]::item {{ padding: 5px 10px; }}
    """
