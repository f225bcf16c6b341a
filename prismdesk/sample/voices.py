"""The things that sound in the sample film, one mono signal each, peak about 1."""

from __future__ import annotations

import numpy as np

from prismdesk.sample.synthesis import Signal, band, halving, seconds, sine, smooth, white

# Partials of a small bell against its prime: hum, prime, tierce, quint, nominal and on.
_BELL = (
    (0.5, 0.45, 1.30),
    (1.0, 0.55, 0.85),
    (1.19, 0.40, 0.70),
    (1.5, 0.22, 0.50),
    (2.0, 0.60, 0.45),
    (2.52, 0.22, 0.24),
    (3.01, 0.25, 0.20),
    (4.13, 0.16, 0.12),
    (5.42, 0.10, 0.07),
)


def bell(rate_hz: int, *, prime_hz: float, seed: int) -> Signal:
    """Return a struck bell of 5 seconds: partials (ratio, level, half-life in seconds)."""
    times = seconds(5 * rate_hz, rate_hz)
    total = np.zeros_like(times)
    for index, (ratio, level, half_life) in enumerate(_BELL):
        # Two nearly equal modes per partial: a cast bell is never quite round, so it beats.
        split_hz = 0.35 + 0.21 * index
        for hz in (prime_hz * ratio, prime_hz * ratio + split_hz):
            total = total + sine(times * hz) * halving(times, half_life) * (0.5 * level)
    strike = white(times.size, seed) * halving(times, 0.0012) * 0.5
    return (total + strike) * _ends(times, 0.0004, 0.5) * 0.5


def engine_stroke(rate_hz: int, *, seed: int) -> Signal:
    """Return one stroke of a slow single-cylinder engine with its exhaust: 0.4 seconds."""
    count = int(0.4 * rate_hz)
    times = seconds(count, rate_hz)
    thump = sine(times * 71.0 + 0.06 * halving(times, 0.02)) * halving(times, 0.045)
    pop = sine(times * 143.0) * halving(times, 0.028) * 0.6
    puff = band(count, rate_hz, centre_hz=420.0, width_hz=500.0, seed=seed) * halving(times, 0.035)
    return (thump + pop + puff * 0.55) * _ends(times, 0.003, 0.05) * 0.75


def footstep(rate_hz: int, *, seed: int) -> Signal:
    """Return a boot on a plank: heel, board, and the hollow below; 0.35 seconds."""
    count = int(0.35 * rate_hz)
    times = seconds(count, rate_hz)
    vary = 1.0 + 0.07 * float(white(1, seed)[0])
    total = white(count, seed + 1) * halving(times, 0.0025) * 0.35
    for hz, level, half_life in (
        (96.0, 0.55, 0.030),
        (187.0, 0.75, 0.022),
        (331.0, 0.45, 0.014),
        (612.0, 0.25, 0.008),
        (1130.0, 0.12, 0.004),
    ):
        total = total + sine(times * (hz * vary)) * (halving(times, half_life) * level)
    sole_times = np.maximum(times - 0.07, 0.0)
    sole = band(count, rate_hz, centre_hz=900.0, width_hz=1500.0, seed=seed + 2)
    total = total + sole * halving(sole_times, 0.018) * (times > 0.07) * _rise(sole_times) * 0.22
    return total * _ends(times, 0.0006, 0.05) * 0.6


def splash(rate_hz: int, *, weight: float, seed: int) -> Signal:
    """Return water thrown up and falling back, then bubbles; 1.2 seconds, heavier if 1."""
    count = int(1.2 * rate_hz)
    times = seconds(count, rate_hz)
    crown = band(count, rate_hz, centre_hz=2600.0, width_hz=3600.0, seed=seed)
    body = band(count, rate_hz, centre_hz=700.0, width_hz=800.0, seed=seed + 1)
    rain = band(count, rate_hz, centre_hz=4200.0, width_hz=3000.0, seed=seed + 2)
    rain = rain * np.maximum(smooth(count, rate_hz * 0.004, seed + 3), 0.0)
    late = np.maximum(times - 0.10, 0.0)
    total = crown * halving(times, 0.030) * 0.6 + body * halving(times, 0.045) * (0.5 * weight)
    total = total + rain * halving(late, 0.11) * _rise(late, 0.05) * 0.8
    return (
        (
            total
            + bubbles(count, rate_hz, per_second=26.0, seed=seed + 4)
            * halving(times, 0.16)
            * (0.8 * weight)
        )
        * _ends(times, 0.0015, 0.2)
        * 0.7
    )


def bubbles(count: int, rate_hz: int, *, per_second: float, seed: int) -> Signal:
    """Return a trickle of bubbles: each a decaying sine that rises as it nears the surface.

    After Minnaert (1933): a bubble of radius r metres rings at about 3.26 / r hertz.
    """
    total = np.zeros(count)
    number = int(count / rate_hz * per_second)
    draw = 0.5 + 0.5 * white(number * 3, seed)
    length = int(0.09 * rate_hz)
    times = seconds(length, rate_hz)
    for index in range(number):
        at = int(draw[3 * index] * (count - 1))
        radius_m = 0.0022 + 0.0075 * float(draw[3 * index + 1])
        hz = 3.26 / radius_m
        level = 0.15 + 0.85 * float(draw[3 * index + 2]) ** 2
        one = sine(times * hz + times * times * (hz * 2.2)) * halving(times, 4.0 / hz + 0.004)
        one = one * _ends(times, 0.001, 0.01) * (level * 0.35)
        end = min(at + length, count)
        total[at:end] = total[at:end] + one[: end - at]
    return total


def wind(count: int, rate_hz: int, *, seed: int) -> Signal:
    """Return a light wind: noise falling with frequency, in slow gusts."""
    total = np.zeros(count)
    for octave, level in enumerate((0.05, 0.10, 0.20, 0.34, 0.40, 0.27, 0.13)):
        spacing = rate_hz / 6000.0 * 2.0**octave
        total = total + smooth(count, spacing, seed + 31 * octave) * level
    whistle = band(count, rate_hz, centre_hz=530.0, width_hz=120.0, seed=seed + 500)
    gust = 0.72 + 0.5 * smooth(count, rate_hz * 1.1, seed + 900)
    return (total + whistle * 0.06 * gust) * gust


def lapping(count: int, rate_hz: int, *, seed: int) -> Signal:
    """Return water lapping at posts and stones: broad noise in small irregular waves."""
    wave = np.maximum(0.25 + smooth(count, rate_hz * 0.34, seed) * 1.3, 0.0)
    swell = 0.65 + 0.6 * smooth(count, rate_hz * 0.9, seed + 1)
    low = band(count, rate_hz, centre_hz=380.0, width_hz=420.0, seed=seed + 2)
    mid = band(count, rate_hz, centre_hz=1050.0, width_hz=1100.0, seed=seed + 3)
    high = band(count, rate_hz, centre_hz=3100.0, width_hz=3400.0, seed=seed + 4)
    wash = (low * 0.5 + mid * 0.42 + high * 0.20 * wave) * (0.22 + wave * 0.78)
    return wash * swell + bubbles(count, rate_hz, per_second=34.0, seed=seed + 5) * 0.30


def hum(count: int, rate_hz: int) -> Signal:
    """Return the steady tone of the lighthouse's machine: 110 Hz with its fifth and octaves."""
    times = seconds(count, rate_hz)
    return (
        sine(times * 110.0) * 0.5
        + sine(times * 165.0 + 0.3) * 0.22
        + sine(times * 220.0 + 0.1) * 0.3
        + sine(times * 440.0 + 0.7) * 0.09
    )


def _rise(times: Signal, seconds_long: float = 0.01) -> Signal:
    return np.minimum(times / seconds_long, 1.0)


def _ends(times: Signal, rise_seconds: float, fall_seconds: float) -> Signal:
    """Return a gain that rises from 0 at the start and falls to 0 at the end, so nothing clicks."""
    left = float(times[-1]) - times
    return np.minimum(times / rise_seconds, 1.0) * np.minimum(left / fall_seconds, 1.0)
