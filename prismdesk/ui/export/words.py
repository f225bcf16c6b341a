"""How exports are put into words. No Qt."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prismdesk.media.export import SoundCodec

if TYPE_CHECKING:
    from prismdesk.project.model import ChannelLayout, PictureStream

CODEC_WORDS = {
    SoundCodec.PCM_24: "PCM 24-bit",
    SoundCodec.PCM_16: "PCM 16-bit",
    SoundCodec.PCM_32F: "PCM 32-bit float",
    SoundCodec.FLAC: "FLAC 24-bit",
    SoundCodec.AAC: "AAC",
    SoundCodec.OPUS: "Opus",
}


def duration_words(seconds: float) -> str:
    """Return how long something took or takes: 8 s, 2 min 05 s, 1 h 12 min."""
    whole = max(1, round(seconds))
    if whole < 60:
        return f"{whole} s"
    minutes, rest = divmod(whole, 60)
    if minutes < 60:
        return f"{minutes} min {rest:02} s"
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes:02} min"


def sound_words(rate_hz: int, layout: ChannelLayout) -> str:
    """Return rate and channels: 48 kHz, stereo."""
    return f"{rate_hz / 1000:g} kHz, {layout.value}"


def picture_words(picture: PictureStream) -> str:
    """Return what happens to the picture."""
    rate = f"{float(picture.rate):.3f}".rstrip("0").rstrip(".")
    size = f"{picture.width_px} × {picture.height_px}"
    return f"{size}, {rate} fps, copied packet by packet. Not re-encoded."
