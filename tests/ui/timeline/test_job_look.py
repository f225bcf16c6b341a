from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from prismdesk.ui.timeline.job_look import blended, envelope_columns

envelopes = st.lists(st.floats(0, 1), min_size=1, max_size=30).map(tuple)


@given(envelopes, st.integers(1, 200))
def test_envelope_keeps_its_ends_and_bounds(envelope: tuple[float, ...], count: int) -> None:
    columns = envelope_columns(envelope, count)

    assert len(columns) == count
    assert columns[0] == envelope[0]
    assert count == 1 or abs(columns[-1] - envelope[-1]) < 1e-9
    assert max(columns) <= max(envelope) + 1e-9


def test_first_draft_grows_from_silence() -> None:
    assert blended(None, (0.5, 1.0), 0.5) == (0.25, 0.5)


@given(envelopes, envelopes)
def test_blend_ends_with_the_new_draft(before: tuple[float, ...], after: tuple[float, ...]) -> None:
    assert blended(before, after, 1.0) == after
