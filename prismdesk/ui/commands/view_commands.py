"""What the View menu does: zoom, heights, what is shown, themes and text size."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prismdesk.project.lookup import track_of_lane
from prismdesk.ui.meant import picked_span, selected_lane
from prismdesk.ui.timeline.follow import Follow
from prismdesk.ui.times import RulerUnit

if TYPE_CHECKING:
    from collections.abc import Callable

    from prismdesk.project.ids import TrackId
    from prismdesk.project.timebase import SampleRange
    from prismdesk.ui.context import Desktop
    from prismdesk.ui.document import Document
    from prismdesk.ui.picture.viewer import Viewer
    from prismdesk.ui.selection import Selection
    from prismdesk.ui.timeline.canvas import TimelineCanvas
    from prismdesk.ui.timeline.timescale import Timescale

_ZOOM_STEPS = 4
_TEXT_STEP_PERCENT = 25


def bind_look(desktop: Desktop) -> None:
    """Bind themes and text size, which need no project; who listens to preferences redraws."""
    preferences = desktop.preferences

    def scale_text(step_percent: int) -> None:
        now = preferences.now.text_scale_percent
        preferences.change(text_scale_percent=max(100, min(200, now + step_percent)))

    def bind_theme(theme: str) -> None:
        desktop.actions.bind(
            f"view.theme_{theme}",
            lambda: preferences.change(theme=theme),
            checked=lambda: preferences.now.theme == theme,
        )

    for theme in ("dark", "light", "contrast"):
        bind_theme(theme)
    desktop.actions.bind(
        "view.text_larger",
        lambda: scale_text(_TEXT_STEP_PERCENT),
        enabled=lambda: preferences.now.text_scale_percent < 200 or "Text is at 200 %",
    )
    desktop.actions.bind(
        "view.text_smaller",
        lambda: scale_text(-_TEXT_STEP_PERCENT),
        enabled=lambda: preferences.now.text_scale_percent > 100 or "Text is at 100 %",
    )


class ViewCommands:
    """Binds what concerns the open project's timeline and picture.

    Args:
        document: the project.
        selection: what "zoom to selection" shows.
        canvas: the timeline.
        viewer: the picture.
        desktop: actions and preferences.
        fill_window: hides picture and lanes, or shows them again.
        is_filled: whether they are hidden.
    """

    def __init__(
        self,
        document: Document,
        selection: Selection,
        canvas: TimelineCanvas,
        viewer: Viewer,
        desktop: Desktop,
        fill_window: Callable[[], object],
        is_filled: Callable[[], bool],
    ) -> None:
        self._document = document
        self._selection = selection
        self._canvas = canvas
        self._viewer = viewer
        self._desktop = desktop
        self._fill_window = fill_window
        self._is_filled = is_filled
        self._earlier: Timescale | None = None
        now = desktop.preferences.now
        canvas.follow = Follow.PAGE if now.follow else Follow.NONE
        canvas.set_ruler_unit(RulerUnit(now.ruler_unit))

    def bind_actions(self) -> None:
        """Give the commands to their keys and menu."""
        bind, canvas, preferences = (
            self._desktop.actions.bind,
            self._canvas,
            self._desktop.preferences,
        )
        bind("view.zoom_in", lambda: canvas.zoom(_ZOOM_STEPS))
        bind("view.zoom_out", lambda: canvas.zoom(-_ZOOM_STEPS))
        bind("view.fit", lambda: self._zoom(None))
        bind("view.zoom_selection", self._zoom_to_selection, enabled=self._has_selection)
        bind("view.zoom_toggle", self._zoom_back)
        bind("view.taller", lambda: canvas.step_lane_heights(1))
        bind("view.lower", lambda: canvas.step_lane_heights(-1))
        bind("view.waves_larger", lambda: canvas.zoom_waves(1))
        bind("view.waves_smaller", lambda: canvas.zoom_waves(-1))
        bind("view.follow", self._toggle_follow, checked=lambda: preferences.now.follow)
        bind("view.ruler_unit", self._next_ruler_unit)
        bind(
            "view.spectrogram",
            self._toggle_spectrogram,
            enabled=lambda: self._track_id() is not None or "The project has no sound yet",
            checked=lambda: self._track_id() in canvas.view.spectrograms,
        )
        bind(
            "view.burn_in",
            lambda: preferences.change(burn_in=not preferences.now.burn_in),
            checked=lambda: preferences.now.burn_in,
        )
        bind(
            "view.safe_areas",
            lambda: preferences.change(safe_areas=not preferences.now.safe_areas),
            checked=lambda: preferences.now.safe_areas,
        )
        bind(
            "view.full_screen",
            self._viewer.toggle_full_screen,
            checked=lambda: self._viewer.is_full_screen,
        )
        bind("view.fill_window", self._fill_window, checked=self._is_filled)

    def _zoom(self, span: SampleRange | None) -> None:
        self._earlier = self._canvas.scale
        if span is None:
            self._canvas.zoom_to_film()
        else:
            self._canvas.zoom_to(span)

    def _zoom_to_selection(self) -> None:
        span = self._selected_span()
        if span is not None:
            self._zoom(span)

    def _zoom_back(self) -> None:
        now, earlier = self._canvas.scale, self._earlier
        self._earlier = now
        if earlier is None:
            self._canvas.zoom_to_film()
        else:
            self._canvas.zoom_back(earlier)

    def _selected_span(self) -> SampleRange | None:
        return picked_span(self._document.project, self._selection) or self._selection.span

    def _has_selection(self) -> bool | str:
        return self._selected_span() is not None or "Select something, or mark a time"

    def _toggle_follow(self) -> None:
        now = self._desktop.preferences.change(follow=not self._desktop.preferences.now.follow)
        self._canvas.follow = Follow.PAGE if now.follow else Follow.NONE

    def _next_ruler_unit(self) -> None:
        units = list(RulerUnit)
        now = units.index(RulerUnit(self._desktop.preferences.now.ruler_unit))
        unit = units[(now + 1) % len(units)]
        self._desktop.preferences.change(ruler_unit=unit.value)
        self._canvas.set_ruler_unit(unit)

    def _toggle_spectrogram(self) -> None:
        track_id = self._track_id()
        if track_id is not None:
            is_on = track_id in self._canvas.view.spectrograms
            self._canvas.set_spectrogram(track_id, not is_on)

    def _track_id(self) -> TrackId | None:
        """Return the track that is meant: of the selection, else the first."""
        project = self._document.project
        lane_id = selected_lane(project, self._selection)
        if lane_id is not None:
            return track_of_lane(project, lane_id).id
        return project.tracks[0].id if project.tracks else None
