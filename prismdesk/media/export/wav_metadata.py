"""What an exported WAV says of itself: bext with its place in the day, iXML with provenance."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element, SubElement, tostring

from prismdesk import __version__
from prismdesk.media.export.provenance import SYNTHETIC
from prismdesk.media.wav import BroadcastExtension
from prismdesk.project.timebase import frames_to_samples

if TYPE_CHECKING:
    from collections.abc import Sequence

    from prismdesk.media.export.provenance import JsonRecord
    from prismdesk.project.model import PictureStream, Project
    from prismdesk.project.timebase import SampleRange


def time_reference_samples(
    picture: PictureStream | None, span: SampleRange, *, rate_hz: int
) -> int:
    """Return the first sample's place counted from midnight, by the film's start timecode."""
    if picture is None:
        return max(0, span.start_samples)
    start = frames_to_samples(picture.start_frame, rate_hz=rate_hz, frame_rate=picture.rate)
    return max(0, start + span.start_samples)


def broadcast_extension(project: Project, time_reference: int, takes: int) -> BroadcastExtension:
    """Return the bext chunk of a mix."""
    now = datetime.now(UTC)
    label = f"; {SYNTHETIC}: {takes} takes" if takes else ""
    made = f"; {takes} generated takes, see iXML" if takes else ""
    return BroadcastExtension(
        description=f"{project.name}: mix{made}",
        originator=f"PrismDesk {__version__}",
        originator_reference=project.id,
        origination_date=now.strftime("%Y-%m-%d"),
        origination_time=now.strftime("%H:%M:%S"),
        time_reference_samples=time_reference,
        coding_history=(
            f"A=PCM,F={project.rate_hz},W=32,M={project.layout},T=PrismDesk;float{label}\r\n"
        ),
    )


def ixml(
    project: Project,
    picture: PictureStream | None,
    time_reference: int,
    takes: Sequence[JsonRecord],
) -> str:
    """Return the iXML text of a mix; its USER element holds the takes' provenance as JSON."""
    root = Element("BWFXML")
    SubElement(root, "IXML_VERSION").text = "3.01"
    SubElement(root, "PROJECT").text = project.name
    if takes:
        SubElement(root, "NOTE").text = f"Holds {SYNTHETIC} sound: {len(takes)} takes, see USER."
    speed = SubElement(root, "SPEED")
    if picture is not None:
        rate = picture.rate
        SubElement(speed, "TIMECODE_RATE").text = f"{rate.numerator}/{rate.denominator}"
        SubElement(speed, "TIMECODE_FLAG").text = "DF" if picture.is_drop_frame else "NDF"
    SubElement(speed, "FILE_SAMPLE_RATE").text = str(project.rate_hz)
    high, low = divmod(time_reference, 2**32)
    SubElement(speed, "TIMESTAMP_SAMPLES_SINCE_MIDNIGHT_HI").text = str(high)
    SubElement(speed, "TIMESTAMP_SAMPLES_SINCE_MIDNIGHT_LO").text = str(low)
    tracks = SubElement(root, "TRACK_LIST")
    SubElement(tracks, "TRACK_COUNT").text = str(project.layout.channels)
    for number, name in enumerate(project.layout.channel_names, start=1):
        track = SubElement(tracks, "TRACK")
        SubElement(track, "CHANNEL_INDEX").text = str(number)
        SubElement(track, "INTERLEAVE_INDEX").text = str(number)
        SubElement(track, "NAME").text = name
    SubElement(root, "USER").text = json.dumps(
        {"software": f"PrismDesk {__version__}", "takes": list(takes)}, ensure_ascii=False
    )
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(root, encoding="unicode")
