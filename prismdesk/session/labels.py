"""Whether machine-made sound is labelled in what was written: files are read again for it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING
from xml.etree import ElementTree

from prismdesk.interchange.otio_timeline import labelled_takes
from prismdesk.media.export.findings import Finding
from prismdesk.media.export.provenance import SYNTHETIC
from prismdesk.media.wav import read_chunks

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from prismdesk.media.export import ExportReport


def label_findings(report: ExportReport, timeline: Path | None) -> tuple[Finding, ...]:
    """Return what reading WAVs and timeline again found of the takes that are heard.

    Raises:
        MediaError: a file that was just written can't be read.
    """
    wanted = {str(take["take"]) for take in report.takes}
    sounds = [path for path in report.written if path.suffix.lower() == ".wav"]
    if not wanted or not (sounds or timeline):
        return ()
    found = wanted.copy()
    names = []
    if sounds:
        names.append("WAV" if len(sounds) == 1 else "stems")
        found &= {take for path in sounds for take in takes_in_wav(path)}
    if timeline is not None:
        names.append("OTIO")
        found &= set(labelled_takes(timeline.read_text(encoding="utf-8")))
    told = f"{len(found)} of {len(wanted)}"
    return (Finding(f"Provenance in {' and '.join(names)}", told, "all", found == wanted),)


def takes_in_wav(path: Path) -> tuple[str, ...]:
    """Return the ids of the takes that a WAV labels as synthetic in its iXML."""
    text = read_chunks(path).ixml
    if text is None:
        return ()
    try:
        user = json.loads(ElementTree.fromstring(text).findtext("USER") or "{}")
        takes: Sequence[dict[str, object]] = user.get("takes", ())
    except (ElementTree.ParseError, ValueError, AttributeError):
        return ()
    return tuple(str(take["take"]) for take in takes if take.get("label") == SYNTHETIC)
