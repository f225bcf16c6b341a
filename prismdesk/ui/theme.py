"""Colours and measures of the window, in one frozen value that palette, sheet and painters read."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtGui import QColor, QPalette

from prismdesk.project.model import Task
from prismdesk.ui.fonts import (
    TEXT_SCALES_PERCENT,
    fixed_font,
    scaled_px,
    set_text_scale,
    text_scale,
    ui_font,
)
from prismdesk.ui.style_sheet import style_sheet_of

__all__ = [
    "CONTRAST",
    "DARK",
    "LIGHT",
    "TEXT_SCALES_PERCENT",
    "THEMES",
    "TaskColours",
    "Theme",
    "fixed_font",
    "palette_of",
    "scaled_px",
    "set_text_scale",
    "style_sheet_of",
    "text_scale",
    "ui_font",
]


@dataclass(frozen=True, slots=True)
class TaskColours:
    """How what was made for a task is drawn: wave and outline, region body, region header."""

    wave: str
    body: str
    header: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Theme:
    """Colour tokens; recorded sound is grey, made sound has its task's colour.

    Attributes:
        name: "dark", "light" or "contrast", as it is kept in the preferences.
        title: the name as the user reads it.
        accent_text: text and icons on ``accent_fill``.
        good_fill: ground of a message that tells of success; likewise the other fills.
        focus_ring_px: thickness of the ring around what has the keyboard.
    """

    name: str
    title: str
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
    accent_text: str
    selection: str
    recorded_peak: str
    recorded_rms: str
    recorded_body: str
    recorded_header: str
    good: str
    warning: str
    error: str
    good_fill: str
    warning_fill: str
    error_fill: str
    playhead: str
    playhead_case: str
    tasks: tuple[tuple[Task, TaskColours], ...]
    focus_ring_px: int = 2

    def task(self, task: Task) -> TaskColours:
        """Return the colours of a task."""
        return dict(self.tasks)[task]


DARK = Theme(
    name="dark",
    title="Dark",
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
    accent_text="#FFFFFF",
    selection="#24364F",
    recorded_peak="#7F8A9A",
    recorded_rms="#A9B3C1",
    recorded_body="#22262D",
    recorded_header="#2D323B",
    good="#5CC489",
    warning="#E9C04A",
    error="#FF7A6B",
    good_fill="#1D3328",
    warning_fill="#35301F",
    error_fill="#3B2223",
    playhead="#FFFFFF",
    playhead_case="#000000",
    tasks=(
        (Task.GENERATE, TaskColours("#A88BFA", "#2C2840", "#423A66")),
        (Task.INPAINT, TaskColours("#F2B347", "#3A3021", "#594421")),
        (Task.CONTINUE, TaskColours("#2FBF9B", "#1B352F", "#1F4E43")),
    ),
)

LIGHT = Theme(
    name="light",
    title="Light",
    window="#E4E6EA",
    panel="#F3F4F6",
    raised="#FFFFFF",
    hover="#E7EAEF",
    field="#FFFFFF",
    lane="#FAFBFC",
    lane_alternate="#F4F5F7",
    line="#D0D4DA",
    line_strong="#7F8794",
    text="#1A1D22",
    dim="#454C58",
    faint="#5E6673",
    off="#767E8A",
    accent="#1F5FBF",
    accent_fill="#1F5FBF",
    accent_text="#FFFFFF",
    selection="#D5E3F8",
    recorded_peak="#7D8796",
    recorded_rms="#525C6B",
    recorded_body="#E9ECF0",
    recorded_header="#DADEE4",
    good="#17703F",
    warning="#7F5A00",
    error="#B3261E",
    good_fill="#DDF1E4",
    warning_fill="#FBF0CF",
    error_fill="#FBE4E1",
    playhead="#15171B",
    playhead_case="#FFFFFF",
    tasks=(
        (Task.GENERATE, TaskColours("#6B3FC9", "#ECE6FB", "#D9CDF7")),
        (Task.INPAINT, TaskColours("#955800", "#FBEBD0", "#F4D9A8")),
        (Task.CONTINUE, TaskColours("#06705A", "#D8F1E9", "#B5E3D5")),
    ),
)

CONTRAST = Theme(
    name="contrast",
    title="High contrast",
    window="#000000",
    panel="#000000",
    raised="#000000",
    hover="#26262B",
    field="#000000",
    lane="#000000",
    lane_alternate="#000000",
    line="#9A9A9A",
    line_strong="#FFFFFF",
    text="#FFFFFF",
    dim="#FFFFFF",
    faint="#D8D8D8",
    off="#9C9C9C",
    accent="#FFE14A",
    accent_fill="#FFE14A",
    accent_text="#000000",
    selection="#3A3300",
    recorded_peak="#B8B8B8",
    recorded_rms="#FFFFFF",
    recorded_body="#000000",
    recorded_header="#303030",
    good="#6CFF9E",
    warning="#FFE14A",
    error="#FF9A8F",
    good_fill="#003B1C",
    warning_fill="#3A3300",
    error_fill="#4A0000",
    playhead="#FFFFFF",
    playhead_case="#000000",
    tasks=(
        (Task.GENERATE, TaskColours("#CDB8FF", "#000000", "#3B2C73")),
        (Task.INPAINT, TaskColours("#FFC04D", "#000000", "#5A3B00")),
        (Task.CONTINUE, TaskColours("#48F0CB", "#000000", "#00463A")),
    ),
    focus_ring_px=3,
)

THEMES = {theme.name: theme for theme in (DARK, LIGHT, CONTRAST)}
"""The themes by the name that the preferences keep."""


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
        ((role.Light, role.Midlight, role.Mid), theme.line),
        ((role.Dark, role.Shadow), theme.line_strong),
        ((role.Highlight,), theme.selection),
        ((role.Accent, role.Link, role.LinkVisited), theme.accent),
    ):
        for one in roles:
            palette.setColor(one, QColor(colour))
    for one in (role.WindowText, role.Text, role.ButtonText, role.HighlightedText):
        palette.setColor(QPalette.ColorGroup.Disabled, one, QColor(theme.off))
    return palette
