from __future__ import annotations

import numpy as np

from prismdesk.media.spectrogram_colours import HIGHEST_DB, LOWEST_DB, colours_of, ramp_argb


def _linear_rgb() -> np.ndarray:
    ramp = ramp_argb()
    srgb = np.stack([(ramp >> shift) & 0xFF for shift in (16, 8, 0)]) / 255
    return np.where(srgb <= 0.04045, srgb / 12.92, ((srgb + 0.055) / 1.055) ** 2.4)


def test_louder_is_always_lighter_in_even_steps() -> None:
    # CIE 1976 L*, another measure of lightness than the one that the ramp was made with.
    luminance = np.array([0.2126, 0.7152, 0.0722]) @ _linear_rgb()
    lightness = np.where(luminance > 0.008856, 116 * np.cbrt(luminance) - 16, 903.3 * luminance)
    assert lightness[0] < 5
    assert lightness[-1] > 94
    steps = np.diff(lightness[::16])
    assert steps.min() > 0.5 * steps.mean()
    assert steps.max() < 1.6 * steps.mean()


def test_no_channel_is_cut_off() -> None:
    ramp = ramp_argb()
    assert np.all(ramp >> 24 == 0xFF)
    assert np.unique(ramp).size > 240


def test_levels_map_to_the_ramp_and_stop_at_its_ends() -> None:
    ramp = ramp_argb()
    middle = (LOWEST_DB + HIGHEST_DB) / 2
    levels = np.array([[-500, LOWEST_DB, middle, HIGHEST_DB, 30]], np.float32)
    colours = colours_of(levels)
    assert colours.dtype == np.uint32
    assert colours.flags.c_contiguous
    assert colours.tolist() == [[ramp[0], ramp[0], ramp[128], ramp[255], ramp[255]]]


def test_range_of_levels_can_be_chosen() -> None:
    colours = colours_of(np.array([-60, -20], np.float32), lowest_db=-60, highest_db=-20)
    assert colours.tolist() == [ramp_argb()[0], ramp_argb()[-1]]
