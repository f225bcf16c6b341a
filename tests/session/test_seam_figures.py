from __future__ import annotations

import pytest

from prismdesk.session.seam_figures import NOTHING, click_words, level_words, spectral_words


@pytest.mark.parametrize(
    ("step_db", "words"),
    [(0.41, "+0.4 dB"), (-0.3, "−0.3 dB"), (-0.04, "0.0 dB"), (0.02, "0.0 dB"), (None, NOTHING)],
)
def test_a_step_in_level_has_its_sign_and_nothing_has_none(
    step_db: float | None, words: str
) -> None:
    assert level_words(step_db) == words


def test_the_other_figures_have_one_place() -> None:
    assert (click_words(0.66), spectral_words(1.94)) == ("0.7×", "1.9 dB")
    assert (click_words(None), spectral_words(None)) == (NOTHING, NOTHING)
