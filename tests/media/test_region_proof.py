"""The mix with a region and without it are the same outside of it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from prismdesk.errors import Cancelled
from prismdesk.media.region_proof import prove_region
from prismdesk.project.ids import RegionId
from prismdesk.project.lookup import region_of, replace_region
from tests.builders import RATE_HZ, TEN_SECONDS, a_clip, a_project, a_region, a_segment, a_take

if TYPE_CHECKING:
    from prismdesk.media.audio import AudioBlock
    from prismdesk.project.model import Media, Project, Take

REGION = RegionId("region-1")
START, END = 96_000, 144_000


class _Noise:
    rate_hz = RATE_HZ
    channels = 2

    def __init__(self, seed: int, length_samples: int) -> None:
        self.length_samples = length_samples
        noise = np.random.default_rng(seed).uniform(-0.5, 0.5, (2, length_samples))
        self._audio = noise.astype(np.float32)

    def read(self, start_samples: int, count_samples: int) -> AudioBlock:
        found = np.zeros((2, count_samples), np.float32)
        first, last = max(0, start_samples), min(self.length_samples, start_samples + count_samples)
        if last > first:
            found[:, first - start_samples : last - start_samples] = self._audio[:, first:last]
        return found


class _Sounds:
    def __init__(self) -> None:
        self._stream = _Noise(1, TEN_SECONDS)
        self._take = _Noise(2, END - START)

    def stream(self, media: Media, stream_index: int) -> _Noise:
        return self._stream

    def take(self, take: Take) -> _Noise:
        return self._take


def _mended() -> Project:
    region = a_region(
        "region-1",
        START,
        END,
        takes=(a_take("take-1", START, END, seam=480),),
        comp=(a_segment("take-1", START, END),),
    )
    return a_project(clips=(a_clip("clip-1", 0, TEN_SECONDS),), regions=(region,))


def test_outside_is_identical_and_inside_is_not() -> None:
    proof = prove_region(_mended(), _Sounds(), REGION)
    assert proof.passed
    assert proof.outside.samples == TEN_SECONDS - (END - START)
    assert proof.inside.samples == END - START
    assert proof.inside.different_samples > 0.99 * proof.inside.samples
    assert "Different: 0" in proof.to_text()


def test_a_region_without_a_take_changes_nothing_at_all() -> None:
    project = _mended()
    region = replace(region_of(project, REGION), comp=())
    proof = prove_region(replace_region(project, region), _Sounds(), REGION)
    assert proof.passed
    assert proof.inside.is_identical


def test_a_difference_outside_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """The region is said to be shorter than what it changes."""
    project = _mended()
    shorter = a_region("region-1", START + 10, END)
    monkeypatch.setattr("prismdesk.media.region_proof.region_of", lambda *_: shorter)
    proof = prove_region(project, _Sounds(), REGION)
    assert not proof.passed
    assert 0 < proof.outside.different_samples <= 10
    assert "DIFFERENT" in proof.to_text()


def test_it_tells_how_far_it_is_and_stops_when_told() -> None:
    fractions: list[float] = []
    prove_region(_mended(), _Sounds(), REGION, progress=fractions.append)
    assert fractions == sorted(fractions)
    assert fractions[-1] == 1.0
    with pytest.raises(Cancelled):
        prove_region(_mended(), _Sounds(), REGION, cancelled=lambda: True)
