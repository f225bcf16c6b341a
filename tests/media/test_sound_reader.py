"""Streams that change on the way, and headers that lie about the rate."""

from __future__ import annotations

import struct
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np
import pytest

from prismdesk.media.errors import MediaError
from prismdesk.media.sound_reader import SoundReader, decode_blocks
from prismdesk.media.wav import WavFormat, WavWriter
from tests.media_files import SoundSpec, make_film, noise

if TYPE_CHECKING:
    from pathlib import Path


def test_a_stream_whose_rate_changes_is_converted_to_its_first_rate(tmp_path: Path) -> None:
    parts = []
    for rate_hz in (48_000, 44_100):
        sound = SoundSpec(audio=noise(2, rate_hz), rate_hz=rate_hz, codec="mp2")
        part = make_film(tmp_path / f"{rate_hz}.mp2", sounds=(sound,), format="mp2")
        parts.append(part.read_bytes())
    spliced = tmp_path / "spliced.mpg"
    spliced.write_bytes(b"".join(parts))
    reader = SoundReader(spliced, 0, rate_hz=48_000, origin_seconds=Fraction(0))
    length = sum(block.shape[1] for block in reader.blocks())
    assert length == pytest.approx(2 * 48_000, abs=3000)
    assert any("changes its format" in warning for warning in reader.warnings)


@pytest.mark.parametrize("rate_hz", [1, 3, 2**31 - 1])
def test_an_absurd_rate_is_refused(rate_hz: int, tmp_path: Path) -> None:
    path = tmp_path / "lying.wav"
    with WavWriter(path, rate_hz=8000, channels=1, sample_format=WavFormat.PCM_16) as writer:
        writer.write(np.zeros((1, 800), np.float32))
    data = bytearray(path.read_bytes())
    place = data.index(b"fmt ") + 12
    assert struct.unpack_from("<I", data, place) == (8000,)
    struct.pack_into("<I", data, place, rate_hz)
    path.write_bytes(data)
    with pytest.raises(MediaError, match="claims"):
        list(decode_blocks(path, 0, rate_hz=48_000, origin_seconds=Fraction(0)))
