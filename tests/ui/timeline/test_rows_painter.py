from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from prismdesk.project.timebase import SampleRange
from prismdesk.ui.timeline.rows_painter import clips_over
from tests.builders import a_clip


@given(
    st.lists(st.tuples(st.integers(0, 50), st.integers(1, 100)), max_size=30),
    st.integers(0, 3_000),
    st.integers(1, 500),
)
def test_clips_over_a_stretch_are_found_with_those_before_them(
    gaps_and_lengths: list[tuple[int, int]], start: int, length: int
) -> None:
    at, clips = 0, []
    for index, (gap, long) in enumerate(gaps_and_lengths):
        clips.append(a_clip(f"clip-{index}", at + gap, long))
        at += gap + long
    span = SampleRange(start, start + length)

    found = list(clips_over(tuple(clips), span))

    assert [clip for clip, _ in found] == [clip for clip in clips if clip.range.overlaps(span)]
    for clip, before in found:
        index = clips.index(clip)
        assert before == (clips[index - 1] if index else None)
