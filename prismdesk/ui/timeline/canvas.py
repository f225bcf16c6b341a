"""The timeline: overview, ruler, picture, lanes and takes, with the playhead over everything."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPoint, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QSizePolicy, QWidget

from prismdesk.ui.fonts import fixed_font, ui_font
from prismdesk.ui.timeline.canvas_painter import CanvasPainter
from prismdesk.ui.timeline.follow import Follow, followed
from prismdesk.ui.timeline.header_column import HeaderColumn
from prismdesk.ui.timeline.job_motion import JobMotion
from prismdesk.ui.timeline.lane_heights import LaneHeights
from prismdesk.ui.timeline.layout import TimelineLayout, lay_out
from prismdesk.ui.timeline.measures import LaneHeight, measures_now
from prismdesk.ui.timeline.overview import Overview
from prismdesk.ui.timeline.pointer import Pointer, PointerRouter, SeekRouter
from prismdesk.ui.timeline.pointer_input import PointerInput
from prismdesk.ui.timeline.redrawing import Redrawing, moves_rows
from prismdesk.ui.timeline.scroll_bars import ScrollBars
from prismdesk.ui.timeline.spoken import selection_words
from prismdesk.ui.timeline.still_picture import StillPicture
from prismdesk.ui.timeline.timescale import Timescale
from prismdesk.ui.timeline.view import TimelineView
from prismdesk.ui.timeline.wave_tiles import WaveTiles

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import (
        QFocusEvent,
        QHideEvent,
        QKeyEvent,
        QMouseEvent,
        QPaintEvent,
        QResizeEvent,
        QWheelEvent,
    )

    from prismdesk.playback.meters import MeterReading
    from prismdesk.project.changes import Changes
    from prismdesk.project.ids import RegionId, TrackId
    from prismdesk.project.timebase import SampleRange
    from prismdesk.ui.context import Desktop
    from prismdesk.ui.document import Document
    from prismdesk.ui.picture.strip import ThumbnailPixmaps
    from prismdesk.ui.selection import Selection
    from prismdesk.ui.timeline.job_look import JobLook
    from prismdesk.ui.times import RulerUnit
    from prismdesk.ui.transport import Transport

_TILES_MS = 30
_WAVE_ZOOMS = (0.5, 0.71, 1.0, 1.41, 2.0, 2.83, 4.0, 5.66, 8.0, 16.0, 32.0)


class TimelineCanvas(QWidget):
    """Draws a document's timeline and tells a router what the pointer does on it.

    ``scale_changed`` carries the ``Timescale`` after each zoom, scroll and resize;
    ``layout_changed`` the ``TimelineLayout`` when rows came, went or moved; ``proof_clicked`` the
    id of a region whose proof was clicked.

    Args:
        document: what is shown.
        selection: what is picked and marked.
        transport: the playhead.
        desktop: theme, messages and preferences.
        parent: owns it.
    """

    scale_changed = Signal(object)
    layout_changed = Signal(object)
    proof_clicked = Signal(object)

    def __init__(
        self,
        document: Document,
        selection: Selection,
        transport: Transport,
        desktop: Desktop,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._document = document
        self._transport = transport
        self._desktop = desktop
        self._lane_heights = LaneHeights()
        self._open_region_id: RegionId | None = None
        measures = measures_now()
        layout = lay_out(document.project, measures=measures, lane_heights_px={})
        self._view = TimelineView(
            document=document,
            selection=selection,
            theme=desktop.theme,
            tiles=WaveTiles(self),
            scale=Timescale(
                end_samples=document.times.end_samples, width_px=800, level=0
            ).fitting(),
            layout=layout,
            caption=ui_font(11),
            bold=ui_font(11, bold=True),
            fixed=fixed_font(11),
        )
        self.router: PointerRouter = SeekRouter(transport)
        self.follow = Follow.PAGE
        self.overview = Overview(self._view, self._view.tiles.later)
        self._painter = CanvasPainter(self._view, self.overview)
        self._motion = JobMotion(lambda: desktop.preferences.now.reduce_motion, self)
        self._view.jobs = self._motion.shown
        self._still = StillPicture(self._painter.draw_still)
        self._redrawing = Redrawing(self, self._view, self._still, self.overview)
        self._shown_playhead = transport.position_samples
        self._shows_whole_film = True
        self._input = PointerInput(self)
        self._new_tiles = QTimer(self)
        self._new_tiles.setSingleShot(True)
        self._new_tiles.setInterval(_TILES_MS)
        self._prepare_widget()
        self.headers = HeaderColumn(self._view, desktop, self)
        self._bars = ScrollBars(self)
        self._connect()
        self._lay_out()

    def sizeHint(self) -> QSize:  # noqa: N802  (Qt's name)
        """Return room for all rows."""
        layout = self._view.layout
        return QSize(1200, layout.tracks_top_px + max(layout.content_px, LaneHeight.NORMAL))

    @property
    def scale(self) -> Timescale:
        """What stretch of the film is shown."""
        return self._view.scale

    @property
    def layout_now(self) -> TimelineLayout:
        """Which rows lie where, as scrolled now."""
        return self._view.layout

    @property
    def view(self) -> TimelineView:
        """What is drawn, for those who draw parts of it."""
        return self._view

    @property
    def open_region_id(self) -> RegionId | None:
        """The region whose takes are listed."""
        return self._open_region_id

    @property
    def is_dragged_on(self) -> bool:
        """Whether a button is down that went down here."""
        return self._input.is_down

    @property
    def is_settled(self) -> bool:
        """Whether all is drawn as finely as it will be."""
        return self._view.tiles.is_settled

    def close_threads(self) -> None:
        """End the threads that draw tiles; call before document and widget go."""
        self._view.tiles.close()

    def zoom(self, steps: int) -> None:
        """Zoom in about the playhead, or about the middle if it isn't seen."""
        x = self.scale.x_of(self._transport.position_samples)
        if not 0 <= x < self.scale.width_px:
            x = self.scale.width_px // 2
        self._show(self.scale.zoomed(steps, x))

    def zoom_about(self, steps: int, x_px: int) -> None:
        """Zoom in by steps; what is under a pixel of the canvas stays there."""
        self._show(self.scale.zoomed(steps, max(0, x_px - self._view.left_px)))

    def go_to_overview(self, x_px: int) -> None:
        """Go to what the overview shows at a pixel of the canvas."""
        there = self.overview.position_at(x_px - self._view.left_px, self.scale.width_px)
        self._show(self.scale.centred_on(there))
        self._transport.move_to(there)

    def zoom_to(self, span: SampleRange) -> None:
        """Show a stretch as large as it can be."""
        self._show(self.scale.showing_span(span))

    def zoom_back(self, scale: Timescale) -> None:
        """Show what was shown at an earlier scale, fitted to the canvas and the film of now."""
        end_samples, width_px = self.scale.end_samples, self.scale.width_px
        self._show(scale.of_film(end_samples).resized(width_px))

    def zoom_to_film(self) -> None:
        """Show the whole film."""
        self._show(self.scale.fitting())

    def zoom_waves(self, steps: int) -> None:
        """Draw waves higher by steps, lower if negative; 0 draws them as they are."""
        index = _WAVE_ZOOMS.index(self._view.wave_zoom) + steps if steps else 2
        self._view.wave_zoom = _WAVE_ZOOMS[max(0, min(index, len(_WAVE_ZOOMS) - 1))]
        self._view.tiles.forget_waiting()
        self._redrawing.all()

    def scroll_to(self, first_px: int) -> None:
        """Scroll to a pixel of the film."""
        self._show(self.scale.scrolled_to(first_px))

    def scroll_rows_to(self, scrolled_px: int) -> None:
        """Scroll the rows of the tracks up by pixels."""
        before = self._view.layout
        layout = before.scrolled_to(scrolled_px, self.height())
        if layout is before:
            return
        self._view.layout = layout
        self._redrawing.scrolled_rows(before)
        self._after_layout()

    def set_ruler_unit(self, unit: RulerUnit) -> None:
        """Count in another unit."""
        self._view.ruler_unit = unit
        self.headers.refresh()
        self._redrawing.ruler()

    def set_spectrogram(self, track_id: TrackId, is_on: bool) -> None:
        """Draw a track as spectrum or as wave."""
        (self._view.spectrograms.add if is_on else self._view.spectrograms.discard)(track_id)
        self.headers.refresh()
        self._redrawing.all()

    def open_takes(self, region_id: RegionId | None) -> None:
        """List a region's takes below its lane; None closes the list."""
        self._open_region_id = region_id
        self._lay_out()

    def set_takes_tools(self, widget: QWidget) -> None:
        """Put a widget into the last row of the open takes; it is shown while they are."""
        self.headers.set_takes_tools(widget)
        self._after_layout()

    def lane_height_of(self, track_id: TrackId) -> int:
        """Return the height of a track's lanes in pixels at 100 % text scale."""
        return self._lane_heights.of(track_id)

    def set_lane_height(self, track_id: TrackId, height_px: int) -> None:
        """Set the height of a track's lanes, 24 to 400 pixels at 100 % text scale."""
        self._lane_heights.set(track_id, height_px)
        self._lay_out()

    def step_lane_heights(self, steps: int) -> None:
        """Make all lanes higher or lower by steps of mini, small, normal, large."""
        self._lane_heights.step([track.id for track in self._document.project.tracks], steps)
        self._lay_out()

    def set_job(self, region_id: RegionId, look: JobLook | None) -> None:
        """Show how far a region's job is; None when there is no job any more."""
        self._motion.set_look(region_id, look)

    def set_proof(self, region_id: RegionId, is_identical: bool | None) -> None:
        """Show what a null test found; None takes the sign away."""
        if is_identical is None:
            self._view.proofs.pop(region_id, None)
        else:
            self._view.proofs[region_id] = is_identical
        self._redrawing.region(region_id)

    def set_thumbnails(self, thumbnails: ThumbnailPixmaps | None) -> None:
        """Take the picture's thumbnails; call again when there are more."""
        self._view.thumbnails = thumbnails
        self._redrawing.picture()

    def set_cuts(self, cuts: Sequence[int] | None) -> None:
        """Take where shots begin, in samples, ascending; None where they aren't known."""
        self._view.cuts = None if cuts is None else tuple(cuts)
        count = 0 if cuts is None else len(cuts)
        words = "1 shot" if count == 1 else f"{count} shots"
        self.headers.picture_words = words if count else ""
        self.headers.update()
        self._redrawing.picture()

    def show_levels(self, reading: MeterReading) -> None:
        """Show what is heard in the tracks' meters."""
        self.headers.show_levels(reading)

    def show_figure(self, text: str | None, at: QPoint) -> None:
        """Show a gesture's figure in a little box beside a point; None hides it."""
        self._painter.marks.figure, self._painter.marks.figure_at = text or "", at
        self.update()

    def show_snap(self, samples: int | None) -> None:
        """Draw a line where a gesture snapped; None hides it."""
        if samples != self._painter.marks.snap_samples:
            self._painter.marks.snap_samples = samples
            self.update()

    def pointer_at(
        self,
        point: QPoint,
        modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier,
        button: Qt.MouseButton = Qt.MouseButton.LeftButton,
    ) -> Pointer:
        """Return what lies under a pixel of the canvas."""
        return Pointer(
            x_px=point.x(),
            y_px=point.y(),
            samples=self.scale.sample_under(point.x() - self._view.left_px),
            row=self._view.layout.row_at(point.y()),
            modifiers=modifiers,
            button=button,
        )

    # What follows is how the widget keeps its picture up to date.

    def _prepare_widget(self) -> None:
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setAccessibleName("Timeline")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def _connect(self) -> None:
        self._document.changed.connect(self._follow_changes)
        self._document.history_changed.connect(self._follow_history)
        self._view.selection.changed.connect(self._follow_selection)
        self._transport.moved.connect(self._follow_playhead)
        self._new_tiles.timeout.connect(self._show_new_tiles)
        self._view.tiles.ready.connect(self._await_new_tiles)
        self._motion.changed.connect(self._redraw_region)
        self._bars.scrolled_to_px.connect(self.scroll_to)
        self._bars.rows_scrolled_to_px.connect(self.scroll_rows_to)
        self.headers.height_wanted.connect(self.set_lane_height)
        self.headers.spectrogram_wanted.connect(self.set_spectrogram)
        self.headers.unit_wanted.connect(self.set_ruler_unit)

    def _lay_out(self) -> None:
        before = self._view.layout
        layout = lay_out(
            self._document.project,
            measures=measures_now(),
            lane_heights_px=self._lane_heights.in_px,
            open_region_id=self._open_region_id,
        )
        self._view.layout = layout.scrolled_to(before.scrolled_px, self.height())
        width = max(1, self.width() - self._view.layout.header_px)
        if width != self.scale.width_px:
            self._resize_scale(width)
        self._still.forget()
        self._after_layout()

    def _resize_scale(self, width_px: int) -> None:
        scale = self.scale.resized(width_px)
        self._show(scale.fitting() if self._shows_whole_film else scale)

    def _after_layout(self) -> None:
        self.headers.refresh()
        self._bars.refresh(self.scale, self._view.layout, self.size())
        self.layout_changed.emit(self._view.layout)
        self.update()

    def _show(self, scale: Timescale) -> None:
        before = self._view.scale
        if scale == before:
            return
        self._view.scale = scale
        self._shows_whole_film = scale == scale.fitting()
        if (scale.level, scale.width_px, scale.end_samples) == (
            before.level,
            before.width_px,
            before.end_samples,
        ):
            self._redrawing.scrolled(before)
        else:
            self._view.tiles.forget_waiting()
            self._still.forget()
        self._bars.refresh(scale, self._view.layout, self.size())
        self.scale_changed.emit(scale)
        self.update()

    def _follow_changes(self, changed: Changes) -> None:
        end = self._document.times.end_samples
        if end != self.scale.end_samples:
            self._show(self.scale.of_film(end))
            self.overview.forget()
        listed = self._open_region_id
        rows_moved = moves_rows(changed, lists_takes=listed is not None)
        if listed is not None and listed in changed.regions.removed:
            self._open_region_id = None
            rows_moved = True
        shows_takes = self._open_region_id in changed.regions.touched
        self._redrawing.edited(changed, rows_moved=rows_moved, shows_takes=shows_takes)
        if rows_moved:
            self._lay_out()
        elif shows_takes or not changed.buses.is_empty():
            self.headers.refresh()

    def _follow_history(self) -> None:
        self._redrawing.overview_after_gesture()

    def _follow_selection(self) -> None:
        words = selection_words(
            self._document.project,
            self._view.selection,
            self._document.times,
            self._view.jobs,
        )
        self.setAccessibleDescription(words)
        self._still.forget()
        self.headers.refresh_selection()
        self.update()

    def _follow_playhead(self, samples: int) -> None:
        # While something is dragged, the film stays under the pointer.
        follow = Follow.NONE if self._input.is_down else self.follow
        self._show(followed(self.scale, follow, samples, is_playing=self._transport.is_playing))
        self._redrawing.playhead(self._shown_playhead, samples)
        self._shown_playhead = samples

    def _await_new_tiles(self) -> None:
        """Tiles come one by one; some at a time are shown together."""
        if not self._new_tiles.isActive():
            self._new_tiles.start()

    def _show_new_tiles(self) -> None:
        self._redrawing.tiles(self._view.tiles.take_missing())

    def _redraw_region(self, region_id: RegionId) -> None:
        self._redrawing.region(region_id)

    # Painting

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802  (Qt's name)
        """Show the still picture, and over it what moves."""
        painter = QPainter(self)
        view = self._view
        view.pixel_ratio = self.devicePixelRatioF()
        self._still.show(painter, event, self.size(), view.pixel_ratio)
        here = self._transport.position_samples
        self._painter.draw_moving(painter, event.rect(), self.size(), here)
        if self.hasFocus():
            self._painter.draw_focus(painter, self.height())
        painter.end()

    # Events

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802  (Qt's name)
        """Keep what is shown; a whole film stays whole."""
        width = max(1, event.size().width() - self._view.layout.header_px)
        self._resize_scale(width)
        layout = self._view.layout
        self._view.layout = layout.scrolled_to(layout.scrolled_px, event.size().height())
        self._still.forget()
        self._after_layout()

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802  (Qt's name)
        """Go there in the overview; tell the router of everything else."""
        self._input.press(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802  (Qt's name)
        """Tell the router; without a button, show what lies under the pointer."""
        self._input.move(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802  (Qt's name)
        """Tell the router."""
        self._input.release(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: N802  (Qt's name)
        """Tell the router."""
        self._input.double_click(event)

    def leaveEvent(self, event: QEvent) -> None:  # noqa: N802  (Qt's name)
        """Hide the figure that stood at the pointer."""
        self._input.leave()
        super().leaveEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802  (Qt's name)
        """Scroll; with Control zoom about the pointer, with Alt zoom the waves."""
        self._input.turn_wheel(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802  (Qt's name)
        """Let Escape end a gesture."""
        if event.key() != Qt.Key.Key_Escape or not self._input.cancel():
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802  (Qt's name)
        """Show the ring."""
        self.update()
        super().focusInEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802  (Qt's name)
        """Take the ring away, and give up what is being dragged."""
        self._input.cancel()
        self.update()
        super().focusOutEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802  (Qt's name)
        """Give up what is being dragged."""
        self._input.cancel()
        super().hideEvent(event)
