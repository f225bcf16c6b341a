from __future__ import annotations

import numpy as np
import pytest
from scipy.signal import sosfreqz

from prismdesk.media.k_weighting import KWeightingFilter, k_weighting

# ITU-R BS.1770-4, tables 1 and 2.
SHELF_48K = [
    1.53512485958697,
    -2.69169618940638,
    1.19839281085285,
    1,
    -1.69065929318241,
    0.73248077421585,
]
HIGH_PASS_48K = [1, -2, 1, 1, -1.99004745483398, 0.99007225036621]


def test_coefficients_at_48_khz_are_those_of_the_standard() -> None:
    np.testing.assert_allclose(k_weighting(48000), [SHELF_48K, HIGH_PASS_48K], atol=1e-9)


@pytest.mark.parametrize("rate_hz", [32000, 44100, 96000, 192000])
def test_curve_is_the_same_at_other_rates(rate_hz: int) -> None:
    hz = np.geomspace(20, 8000, 60)
    at_48k = sosfreqz(k_weighting(48000), hz, fs=48000)[1]
    here = sosfreqz(k_weighting(rate_hz), hz, fs=rate_hz)[1]
    np.testing.assert_allclose(20 * np.log10(abs(here) / abs(at_48k)), 0.0, atol=0.1)


def test_filter_goes_on_across_blocks() -> None:
    sound = np.random.default_rng(1).standard_normal((2, 1000)).astype(np.float32)
    whole = KWeightingFilter(48000, 2).filter(sound)
    parts = KWeightingFilter(48000, 2)
    found = [parts.filter(block) for block in np.split(sound, [1, 7, 500], axis=1)]
    np.testing.assert_allclose(np.concatenate(found, axis=1), whole, rtol=0, atol=1e-10)
