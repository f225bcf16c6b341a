"""Gestures by pointer: one step each, Escape leaves no trace, undo and redo go to and fro."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, cast

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, Qt

from prismdesk.project.consistency import check_consistent
from prismdesk.project.edits import RippleMode, crossfade, move_clip, resize_region
from prismdesk.project.ids import ClipId, RegionId
from prismdesk.project.lookup import clip_of, marker_of, region_of
from prismdesk.project.timebase import SampleRange
from prismdesk.ui.messages import Messages
from prismdesk.ui.selection import Selection
from prismdesk.ui.timeline.gestures.hands import Hands
from prismdesk.ui.timeline.gestures.router import GestureRouter
from prismdesk.ui.timeline.hit import Hit, HitKind
from prismdesk.ui.timeline.layout import TimelineLayout, lay_out
from prismdesk.ui.timeline.measures import USUAL_MEASURES
from prismdesk.ui.timeline.pointer import Pointer
from prismdesk.ui.timeline.timescale import Timescale
from prismdesk.ui.transport import Transport
from tests.builders import (
    TEN_SECONDS,
    a_clip,
    a_lane,
    a_marker,
    a_project,
    a_region,
    a_segment,
    a_take,
    a_track,
)
from tests.ui.desktop import NotedPlayer, a_document

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from prismdesk.playback.player import Player
    from prismdesk.project.ids import MarkerId
    from prismdesk.project.model import Project
    from prismdesk.ui.document import Document

ONE, TWO = ClipId("clip-1"), ClipId("clip-2")
REGION = RegionId("region-1")
NO_KEYS = Qt.KeyboardModifier.NoModifier
ALT = Qt.KeyboardModifier.AltModifier
HEADER_Y, BODY_Y = 8, 40


def a_scene() -> Project:
    """Two clips with room around them on one lane, a free lane, a region with two takes."""
    region = a_region(
        "region-1",
        240_000,
        288_000,
        name="Hole",
        takes=(a_take("take-1", 240_000, 288_000), a_take("take-2", 240_000, 288_000)),
        comp=(a_segment("take-1", 240_000, 288_000),),
    )
    clips = (
        a_clip("clip-1", 48_000, 96_000, source_start=48_000, fade_in=4_800),
        a_clip("clip-2", 192_000, 192_000, source_start=96_000),
    )
    tracks = (
        a_track("track-1", a_lane("lane-1", *clips)),
        a_track("track-2", a_lane("lane-2")),
    )
    return a_project(
        tracks=tracks, regions=(region,), markers=(a_marker("marker-1", 432_000, name="bell"),)
    )


@dataclass
class Board:
    """What the canvas is to the router."""

    document: Document
    open_region_id: RegionId | None = None
    figures: list[str] = field(default_factory=list)
    snaps: list[int] = field(default_factory=list)
    scale: Timescale = field(
        default_factory=lambda: Timescale(end_samples=TEN_SECONDS, width_px=1000, level=0).fitting()
    )

    @property
    def layout_now(self) -> TimelineLayout:
        return lay_out(
            self.document.project,
            measures=USUAL_MEASURES,
            lane_heights_px={},
            open_region_id=self.open_region_id,
        )

    def show_figure(self, text: str | None, at: QPoint) -> None:
        if text:
            self.figures.append(text)

    def show_snap(self, samples: int | None) -> None:
        if samples is not None:
            self.snaps.append(samples)


class Hand:
    """Drags as a user does, on a lane, in its header strip or its body."""

    def __init__(self, router: GestureRouter, board: Board) -> None:
        self.router = router
        self.board = board
        self.menus: list[Hit] = []

    def at(
        self,
        samples: int,
        y_px: int = HEADER_Y,
        *,
        lane: str = "lane-1",
        keys: Qt.KeyboardModifier = ALT,
        button: Qt.MouseButton = Qt.MouseButton.LeftButton,
        y_absolute: int | None = None,
    ) -> Pointer:
        layout = self.board.layout_now
        row = next(row for row in layout.rows if row.lane_id == lane)
        y = row.top_px + y_px if y_absolute is None else y_absolute
        x = self.board.scale.x_of(samples)
        return Pointer(
            x_px=x + layout.header_px,
            y_px=y,
            samples=samples,
            row=layout.row_at(y),
            modifiers=keys,
            button=button,
        )

    def drag(self, *places: Pointer) -> None:
        self.router.press(places[0])
        for place in places[1:]:
            self.router.move(place)
        self.router.release(places[-1])


@pytest.fixture
def document(tmp_path: Path) -> Iterator[Document]:
    document = a_document(tmp_path / "project", Messages(), a_scene())
    yield document
    document.close()


@pytest.fixture
def hand(document: Document) -> Iterator[Hand]:
    selection = Selection()
    transport = Transport(document, selection, cast("Player", NotedPlayer()))
    board = Board(document)
    hands = Hands(document=document, selection=selection, transport=transport, surface=board)
    menus: list[Hit] = []
    router = GestureRouter(
        hands, open_menu=lambda hit, _: menus.append(hit), open_takes=lambda: None
    )
    hand = Hand(router, board)
    hand.menus = menus
    yield hand
    transport.close()


def _clip(document: Document, clip_id: ClipId = ONE) -> SampleRange:
    return clip_of(document.project, clip_id).range


def _undone_and_redone(document: Document, before: Project) -> None:
    after = document.project
    check_consistent(after)
    assert after != before
    assert document.undo()
    assert document.project == before
    assert document.redo()
    assert document.project == after


def test_a_clip_is_moved_by_its_header_as_one_step(hand: Hand, document: Document) -> None:
    before = document.project
    hand.drag(hand.at(80_000), hand.at(84_000), hand.at(104_000))
    assert _clip(document) == SampleRange(72_000, 168_000)
    assert document.label_of_undo == f"Move {clip_of(document.project, ONE).name or 'clip'}"
    assert "+12 fr" in hand.board.figures[-1] or "+0 s" in hand.board.figures[-1]
    _undone_and_redone(document, before)


def test_escape_restores_exactly(hand: Hand, document: Document) -> None:
    before = document.project
    hand.router.press(hand.at(80_000))
    hand.router.move(hand.at(104_000))
    assert document.project != before
    hand.router.cancel()
    assert document.project == before
    assert document.label_of_undo is None
    hand.router.move(hand.at(120_000))
    hand.router.release(hand.at(120_000))
    assert document.project == before


def test_the_right_button_cancels_a_drag(hand: Hand, document: Document) -> None:
    before = document.project
    hand.router.press(hand.at(80_000))
    hand.router.move(hand.at(104_000))
    hand.router.press(hand.at(104_000, button=Qt.MouseButton.RightButton))
    assert document.project == before
    assert hand.menus == []


def test_a_click_moves_nothing_and_selects(hand: Hand, document: Document) -> None:
    hand.drag(hand.at(80_000), hand.at(80_900))
    assert document.label_of_undo is None
    assert hand.router.hands.selection.clip_ids == {ONE}


def test_a_clip_goes_to_another_lane(hand: Hand, document: Document) -> None:
    before = document.project
    hand.drag(hand.at(80_000), hand.at(84_000), hand.at(80_000, lane="lane-2"))
    assert document.project.tracks[1].lanes[0].clips[0].id == ONE
    _undone_and_redone(document, before)


def test_several_clips_move_together(hand: Hand, document: Document) -> None:
    before = document.project
    hand.router.hands.selection.select_clips([ONE, TWO])
    hand.drag(hand.at(80_000), hand.at(90_000), hand.at(128_000))
    assert (_clip(document).start_samples, _clip(document, TWO).start_samples) == (96_000, 240_000)
    _undone_and_redone(document, before)


def test_what_cannot_be_leaves_the_last_that_could(hand: Hand, document: Document) -> None:
    """A clip is dragged into the middle of another."""
    hand.drag(hand.at(80_000), hand.at(104_000), hand.at(300_000))
    assert _clip(document) == SampleRange(72_000, 168_000)
    assert len(hand.board.figures[-1]) > 20


def test_with_ripple_what_follows_moves_along(hand: Hand, document: Document) -> None:
    hand.router.hands.switches.ripple = RippleMode.TRACK
    hand.drag(hand.at(80_000), hand.at(90_000), hand.at(104_000))
    assert _clip(document, TWO).start_samples == 216_000


def test_an_edge_is_trimmed_and_stops_at_the_source(hand: Hand, document: Document) -> None:
    before = document.project
    hand.drag(hand.at(48_000, BODY_Y), hand.at(60_000, BODY_Y), hand.at(72_000, BODY_Y))
    assert _clip(document) == SampleRange(72_000, 144_000)
    _undone_and_redone(document, before)
    hand.drag(hand.at(72_000, BODY_Y), hand.at(40_000, BODY_Y), hand.at(0, BODY_Y))
    assert clip_of(document.project, ONE).source_start_samples >= 0


def test_the_sound_slips_under_its_clip(hand: Hand, document: Document) -> None:
    before = document.project
    keys = Qt.KeyboardModifier.ControlModifier | ALT
    hand.drag(
        hand.at(100_000, BODY_Y, keys=keys),
        hand.at(110_000, BODY_Y, keys=keys),
        hand.at(124_000, BODY_Y, keys=keys),
    )
    assert clip_of(document.project, ONE).source_start_samples == 24_000
    assert _clip(document) == SampleRange(48_000, 144_000)
    _undone_and_redone(document, before)


def test_a_fade_is_dragged_by_its_handle(hand: Hand, document: Document) -> None:
    before = document.project
    y = USUAL_MEASURES.clip_header_px + 6
    hand.drag(hand.at(52_800, y), hand.at(60_000, y), hand.at(72_000, y))
    assert clip_of(document.project, ONE).fade_in.length_samples == 24_000
    _undone_and_redone(document, before)


def test_a_crossfade_is_dragged_by_its_handle(hand: Hand, document: Document) -> None:
    def join(project: Project) -> Project:
        return crossfade(move_clip(project, TWO, 144_000), ONE, TWO, 24_000)

    document.apply("Join", join)
    hand.router.hands.selection.select_clips([TWO])
    before, y = document.project, USUAL_MEASURES.clip_header_px + 6
    hand.drag(hand.at(156_000, y), hand.at(160_000, y), hand.at(160_800, y))
    one, two = document.project.tracks[0].lanes[0].clips
    assert one.fade_out.length_samples == two.fade_in.length_samples == 33_600
    assert (two.start_samples, one.end_samples) == (127_200, 160_800)
    assert hand.board.figures[-1] == "crossfade 16 fr"
    _undone_and_redone(document, before)


def test_gain_is_dragged_by_the_line_of_a_selected_clip(hand: Hand, document: Document) -> None:
    before = document.project
    hand.router.hands.selection.select_clips([ONE])
    layout = hand.board.layout_now
    row = next(row for row in layout.rows if row.lane_id == "lane-1")
    ys = [
        y
        for y in range(row.height_px)
        if hand.router._hit(hand.at(100_000, y)).kind is HitKind.CLIP_GAIN
    ]
    middle = ys[len(ys) // 2]
    hand.drag(hand.at(100_000, middle), hand.at(100_000, middle + 6), hand.at(100_000, middle + 9))
    assert clip_of(document.project, ONE).gain_db < -3.0
    assert "dB" in hand.board.figures[-1]
    _undone_and_redone(document, before)


def test_marking_time_lets_go_of_clips_until_it_is_cancelled(hand: Hand) -> None:
    selection = hand.router.hands.selection
    hand.router.press(hand.at(80_000, BODY_Y))
    assert selection.clip_ids == {ONE}
    hand.router.move(hand.at(100_000, BODY_Y))
    assert selection.clip_ids == frozenset()
    hand.router.cancel()
    assert selection.clip_ids == {ONE}
    assert selection.span is None


def test_crossfaded_clips_move_together_by_hand(hand: Hand, document: Document) -> None:
    def join(project: Project) -> Project:
        return crossfade(move_clip(project, TWO, 144_000), ONE, TWO, 2_000)

    document.apply("Join", join)
    before = document.project
    hand.router.hands.selection.select_clips([ONE, TWO])
    hand.drag(hand.at(80_000), hand.at(90_000), hand.at(104_000))
    fades = [(clip.fade_in, clip.fade_out) for clip in before.tracks[0].lanes[0].clips]
    moved = document.project.tracks[0].lanes[0].clips
    assert [(clip.fade_in, clip.fade_out) for clip in moved] == fades
    _undone_and_redone(document, before)


def test_a_clip_dragged_over_its_neighbour_is_crossfaded(hand: Hand, document: Document) -> None:
    before = document.project
    hand.drag(hand.at(80_000), hand.at(90_000), hand.at(152_000))
    one, two = document.project.tracks[0].lanes[0].clips
    assert one.end_samples - two.start_samples == 24_000
    assert one.fade_out.length_samples == two.fade_in.length_samples == 24_000
    assert hand.board.figures[-1].endswith("crossfade 12 fr")
    _undone_and_redone(document, before)


def test_time_is_marked_over_several_lanes(hand: Hand, document: Document) -> None:
    hand.drag(
        hand.at(150_000, BODY_Y),
        hand.at(160_000, BODY_Y),
        hand.at(180_000, BODY_Y, lane="lane-2"),
    )
    selection = hand.router.hands.selection
    assert selection.span == SampleRange(150_000, 180_000)
    assert selection.lane_ids == {"lane-1", "lane-2"}
    assert document.label_of_undo is None


def test_shift_extends_the_marked_time(hand: Hand) -> None:
    selection = hand.router.hands.selection
    selection.set_span(SampleRange(150_000, 160_000), ())
    keys = Qt.KeyboardModifier.ShiftModifier | ALT
    hand.drag(hand.at(175_000, BODY_Y, keys=keys))
    assert selection.span == SampleRange(150_000, 175_000)


def test_a_click_on_a_lane_takes_the_playhead_there(hand: Hand) -> None:
    hands = hand.router.hands
    hands.selection.set_span(SampleRange(1, 2), ())
    hand.drag(hand.at(160_000, BODY_Y))
    assert hands.selection.span is None
    assert hands.transport.position_samples == 160_000


def test_marking_is_taken_back_by_escape(hand: Hand) -> None:
    selection = hand.router.hands.selection
    selection.set_span(SampleRange(1_000, 2_000), ())
    hand.router.press(hand.at(150_000, BODY_Y))
    hand.router.move(hand.at(180_000, BODY_Y))
    hand.router.cancel()
    assert selection.span == SampleRange(1_000, 2_000)


def test_a_region_is_moved_and_resized(hand: Hand, document: Document) -> None:
    before = document.project
    hand.drag(hand.at(264_000), hand.at(270_000), hand.at(288_000))
    assert region_of(document.project, REGION).range == SampleRange(264_000, 312_000)
    _undone_and_redone(document, before)
    hand.drag(hand.at(311_900, BODY_Y), hand.at(320_000, BODY_Y), hand.at(336_000, BODY_Y))
    assert region_of(document.project, REGION).range == SampleRange(264_000, 336_000)


def test_a_marker_is_moved_in_the_ruler(hand: Hand, document: Document) -> None:
    before = document.project
    y = hand.board.layout_now.top_px - 6
    hand.drag(
        hand.at(432_500, y_absolute=y),
        hand.at(420_000, y_absolute=y),
        hand.at(400_000, y_absolute=y),
    )
    marker_id = cast("MarkerId", "marker-1")
    assert marker_of(document.project, marker_id).position_samples == 400_000
    _undone_and_redone(document, before)


def test_a_swipe_over_a_take_puts_it_into_the_comp(hand: Hand, document: Document) -> None:
    before = document.project
    hand.board.open_region_id = REGION
    row = next(row for row in hand.board.layout_now.rows if row.take_id == "take-2")
    at = partial(hand.at, y_absolute=row.top_px + 20)
    hand.drag(at(250_000), at(256_000), at(260_000))
    comp = region_of(document.project, REGION).comp
    assert [(segment.take_id, segment.range) for segment in comp] == [
        ("take-1", SampleRange(240_000, 250_000)),
        ("take-2", SampleRange(250_000, 260_000)),
        ("take-1", SampleRange(260_000, 288_000)),
    ]
    _undone_and_redone(document, before)


def test_a_swipe_stops_where_the_take_has_no_sound(hand: Hand, document: Document) -> None:
    document.apply("Longer", lambda p: resize_region(p, REGION, SampleRange(240_000, 340_000)))
    hand.board.open_region_id = REGION
    row = next(row for row in hand.board.layout_now.rows if row.take_id == "take-2")
    at = partial(hand.at, y_absolute=row.top_px + 20)
    hand.drag(at(250_000), at(256_000), at(330_000))
    assert region_of(document.project, REGION).comp[-1] == a_segment("take-2", 250_000, 288_000)


def test_drags_snap_unless_alt_is_held(hand: Hand, document: Document) -> None:
    """The clip's end comes near the start of the next one."""
    near = 80_000 + 48_000 - 900
    hand.drag(
        hand.at(80_000, keys=NO_KEYS), hand.at(90_000, keys=NO_KEYS), hand.at(near, keys=NO_KEYS)
    )
    assert _clip(document).end_samples == 192_000
    assert hand.board.snaps[-1] == 192_000


def test_the_right_button_picks_and_asks(hand: Hand) -> None:
    hand.router.press(hand.at(80_000, button=Qt.MouseButton.RightButton))
    assert hand.menus[0].clip_id == ONE
    assert hand.router.hands.selection.clip_ids == {ONE}


PLACES = st.tuples(
    st.integers(0, TEN_SECONDS - 1), st.integers(0, 65), st.sampled_from(["lane-1", "lane-2"])
)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(PLACES, min_size=2, max_size=5), st.sampled_from([NO_KEYS, ALT]), st.booleans())
def test_no_drag_leaves_a_project_that_is_wrong(
    hand: Hand,
    document: Document,
    places: list[tuple[int, int, str]],
    keys: Qt.KeyboardModifier,
    is_cancelled: bool,
) -> None:
    before, steps = document.project, document.session.store.history.position
    pointers = [hand.at(samples, y, lane=lane, keys=keys) for samples, y, lane in places]
    hand.router.press(pointers[0])
    for pointer in pointers[1:]:
        hand.router.move(pointer)
    if is_cancelled:
        hand.router.cancel()
        assert document.project == before
    else:
        hand.router.release(pointers[-1])
        check_consistent(document.project)
        assert document.session.store.history.position <= steps + 1
    assert not document.in_gesture
