"""``prismdesk info`` and ``prismdesk gaps``: what a film is, and where its sound is broken."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from prismdesk.media.probe import probe
from prismdesk.project.positions import format_position
from prismdesk.session.scanning import ScannedGaps, scan_gaps

if TYPE_CHECKING:
    import argparse
    from fractions import Fraction

    from prismdesk.cli.terminal import Interrupt, ProgressLine
    from prismdesk.media.gaps import Gap
    from prismdesk.media.probe import FilmInfo, PictureInfo, SoundInfo


def show_info(options: argparse.Namespace, progress: ProgressLine, interrupt: Interrupt) -> int:
    """Print what probe knows of a film."""
    progress.begin(f"Reading {options.film.name}")
    info = probe(options.film, cancelled=interrupt)
    progress.clear()
    if options.as_json:
        print(json.dumps(info_to_json(info), indent=2, ensure_ascii=False))
    else:
        print("\n".join(_info_lines(info)))
    return 0


def show_gaps(options: argparse.Namespace, progress: ProgressLine, interrupt: Interrupt) -> int:
    """Print the dropouts, digital silences and clicks of a film's sound."""
    progress.begin(f"Listening to {options.film.name}")
    scanned = scan_gaps(
        options.film,
        sound_number=options.stream,
        progress=progress,
        cancelled=interrupt,
    )
    progress.clear()
    if options.as_json:
        print(json.dumps(gaps_to_json(scanned), indent=2, ensure_ascii=False))
    else:
        print("\n".join(_gap_lines(scanned)))
    return 0


def info_to_json(info: FilmInfo) -> dict[str, Any]:
    """Return what ``info --json`` prints; documented in docs/cli.md, and stable."""
    return {
        "file": str(info.path),
        "container": info.container,
        "size_bytes": info.size_bytes,
        "duration_seconds": float(info.duration_seconds),
        "duration": str(info.duration_seconds),
        "start_timecode": info.start_timecode or None,
        "picture": None if info.picture is None else _picture_to_json(info.picture),
        "sounds": [_sound_to_json(sound) for sound in info.sounds],
        "other_streams": [
            {
                "stream": stream.stream_index,
                "kind": stream.kind,
                "codec": stream.codec,
                "title": stream.title,
                "language": stream.language,
            }
            for stream in info.other_streams
        ],
        "chapters": [
            {
                "title": chapter.title,
                "start_seconds": float(chapter.start_seconds),
                "end_seconds": float(chapter.end_seconds),
            }
            for chapter in info.chapters
        ],
        "metadata": dict(info.metadata),
        "warnings": list(info.warnings),
    }


def _picture_to_json(picture: PictureInfo) -> dict[str, Any]:
    return {
        "stream": picture.stream_index,
        "codec": picture.codec,
        "width_px": picture.width_px,
        "height_px": picture.height_px,
        "rate": str(picture.rate),
        "frames_per_second": float(picture.rate),
        "is_variable_rate": picture.is_variable_rate,
        "frame_count": picture.frame_count,
        "duration_seconds": float(picture.duration_seconds),
        "has_timestamps": picture.has_timestamps,
        "rotation_degrees": picture.rotation_degrees,
        "sample_aspect": str(picture.sample_aspect),
        "pixel_format": picture.pixel_format,
        "colour": {
            "space": picture.colour_space,
            "primaries": picture.colour_primaries,
            "transfer": picture.colour_transfer,
            "range": picture.colour_range,
        },
    }


def _sound_to_json(sound: SoundInfo) -> dict[str, Any]:
    return {
        "stream": sound.stream_index,
        "codec": sound.codec,
        "rate_hz": sound.rate_hz,
        "layout": str(sound.layout),
        "channels": sound.channels,
        "bits": sound.bits,
        "start_seconds": None if sound.start_seconds is None else float(sound.start_seconds),
        "duration_seconds": float(sound.duration_seconds),
        "is_default": sound.is_default,
        "title": sound.title,
        "language": sound.language,
    }


def _info_lines(info: FilmInfo) -> list[str]:
    lines = [
        f"{info.path.name}  ({info.container.split(',')[0]}, {info.size_bytes / 1e6:.1f} MB)",
        f"  duration  {_seconds(info.duration_seconds)}",
    ]
    if info.start_timecode:
        lines.append(f"  starts at {info.start_timecode}")
    if info.picture is None:
        lines.append("  picture   none")
    else:
        lines.append(f"  picture   {_picture_words(info.picture)}")
    if not info.sounds:
        lines.append("  sound     none")
    lines += [f"  sound {n}   {_sound_words(s)}" for n, s in enumerate(info.sounds, 1)]
    lines += [
        f"  {other.kind:<9} {' '.join(filter(None, (other.codec, other.title))) or '–'}"
        for other in info.other_streams
    ]
    if info.chapters:
        lines.append(f"  chapters  {len(info.chapters)}")
    lines += [f"  note      {warning}" for warning in info.warnings]
    return lines


def _picture_words(picture: PictureInfo) -> str:
    rate = f"{float(picture.rate):.3f}".rstrip("0").rstrip(".")
    exact = "" if picture.rate.denominator == 1 else f" ({picture.rate})"
    words = [
        f"{picture.codec} {picture.width_px}×{picture.height_px}",
        f"{'variable, on average ' if picture.is_variable_rate else ''}{rate} fps{exact}",
        f"{picture.frame_count} frames",
        _seconds(picture.duration_seconds),
    ]
    if picture.rotation_degrees:
        words.append(f"rotated by {picture.rotation_degrees}°")
    if not picture.has_timestamps:
        words.append("without timestamps")
    return ", ".join(words)


def _sound_words(sound: SoundInfo) -> str:
    words = [
        f"{sound.codec} {sound.rate_hz} Hz {sound.layout}",
        _seconds(sound.duration_seconds),
    ]
    if sound.bits:
        words.insert(1, f"{sound.bits} bit")
    if sound.start_seconds:
        words.append(f"starts {float(sound.start_seconds):+.3f} s from the first picture")
    if sound.language:
        words.append(sound.language)
    if sound.title:
        words.append(f"“{sound.title}”")
    return ", ".join(words)


def _seconds(seconds: Fraction) -> str:
    return f"{float(seconds):.3f} s"


def gaps_to_json(scanned: ScannedGaps) -> dict[str, Any]:
    """Return what ``gaps --json`` prints; documented in docs/cli.md, and stable."""
    return {
        "file": str(scanned.film),
        "stream": scanned.stream_index,
        "rate_hz": scanned.rate_hz,
        "gaps": [_gap_to_json(gap, scanned) for gap in scanned.gaps],
    }


def _gap_to_json(gap: Gap, scanned: ScannedGaps) -> dict[str, Any]:
    return {
        "kind": str(gap.kind),
        "from_samples": gap.range.start_samples,
        "to_samples": gap.range.end_samples,
        "from": _position(gap.range.start_samples, scanned),
        "to": _position(gap.range.end_samples, scanned),
        "length_ms": 1000 * gap.range.length_samples / scanned.rate_hz,
        "channels": [index + 1 for index in gap.channels],
        "channel_names": [scanned.layout.channel_names[index] for index in gap.channels],
        "confidence": round(gap.confidence, 3),
        "place": str(gap.place),
    }


def _position(samples: int, scanned: ScannedGaps) -> str:
    return format_position(samples, rate_hz=scanned.rate_hz, picture=scanned.picture)


def _gap_lines(scanned: ScannedGaps) -> list[str]:
    if not scanned.gaps:
        return [f"{scanned.film.name}: no dropouts, digital silence or clicks found."]
    lines = [
        f"{'kind':<9} {'from':<13} {'to':<13} {'samples':<21} {'length':>10}  confidence  channels"
    ]
    for gap in scanned.gaps:
        start, end = gap.range.start_samples, gap.range.end_samples
        span = f"{start}–{end}"
        length = f"{1000 * (end - start) / scanned.rate_hz:.1f} ms"
        names = " ".join(scanned.layout.channel_names[index] for index in gap.channels)
        lines.append(
            f"{gap.kind:<9} {_position(start, scanned):<13} {_position(end, scanned):<13} "
            f"{span:<21} {length:>10}  {gap.confidence:>10.0%}  {names}"
        )
    return lines
