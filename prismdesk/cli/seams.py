"""``prismdesk seams`` and ``prismdesk onsets``: how a region joins its lane, fits the picture."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from prismdesk.cli.projects import open_project
from prismdesk.errors import InputError
from prismdesk.project.edits import nudge_take, shift_seam
from prismdesk.project.edits.seams import SeamEnd, milliseconds
from prismdesk.project.lookup import picture_of, region_of
from prismdesk.project.positions import format_position
from prismdesk.session.finding import find_region, find_take, name_of
from prismdesk.session.onset_readings import read_onsets
from prismdesk.session.seam_figures import seam_figures
from prismdesk.session.seams import measure_seams

if TYPE_CHECKING:
    import argparse

    from prismdesk.cli.terminal import Interrupt, ProgressLine
    from prismdesk.project.ids import TakeId
    from prismdesk.project.model import Project, Region
    from prismdesk.session.onset_readings import OnsetReading
    from prismdesk.session.seams import RegionSeams
    from prismdesk.session.session import Session


def show_seams(options: argparse.Namespace, progress: ProgressLine, interrupt: Interrupt) -> int:
    """Shift a region's seams where that is asked for, measure them and print the figures."""
    with open_project(options.project, progress, interrupt) as session:
        region = find_region(session.project, options.region)
        for end, text in ((SeamEnd.IN, options.shift_in), (SeamEnd.OUT, options.shift_out)):
            if text is not None:
                _shift(session, region.id, end, text)
        take_id = _take_id(session.project, options.take, region)
        report = measure_seams(
            session.project, session.sounds, region.id, take_id=take_id, cancelled=interrupt
        )
        progress.clear()
        if report is None:
            raise InputError(f"No take is heard in “{name_of(region)}”; make or choose one.")
        if options.as_json:
            print(json.dumps(_seams_node(report, session.project), indent=2))
        else:
            print(_seams_text(report, session.project))
    return 0


def show_onsets(options: argparse.Namespace, progress: ProgressLine, interrupt: Interrupt) -> int:
    """Nudge a region's take where that is asked for, and print how its onsets lie to markers."""
    with open_project(options.project, progress, interrupt) as session:
        region = find_region(session.project, options.region)
        take_id = _take_id(session.project, options.take, region)
        readings = _readings(session, region, take_id, interrupt)
        if options.nudge or options.nudge_by is not None:
            _nudge(session, region, take_id, readings, options)
            readings = _readings(session, region, take_id, interrupt)
        progress.clear()
        if options.as_json:
            print(json.dumps(_onsets_node(readings, session.project), indent=2))
        elif readings:
            for reading in readings:
                print(_onset_text(reading, session.project.rate_hz))
        else:
            print("No marker lies in the region or half a second beside it, or no take is heard.")
    return 0


def read_milliseconds(text: str, *, rate_hz: int) -> int:
    """Return a signed length in samples: ``-8`` or ``-8ms`` is milliseconds, ``400sm`` samples.

    Raises:
        InputError: it is neither.
    """
    match = re.fullmatch(r"([+-]?\d{1,9}(?:\.\d{0,6})?)(ms|sm)?", text.strip(), re.ASCII)
    if match is None:
        raise InputError(f"“{text}” is no length; write milliseconds (-8ms) or samples (-384sm).")
    return round(float(match[1])) if match[2] == "sm" else round(float(match[1]) * rate_hz / 1000)


def _shift(session: Session, region_id: str, end: SeamEnd, text: str) -> None:
    rate_hz = session.project.rate_hz
    shift_samples = read_milliseconds(text, rate_hz=rate_hz)
    region = find_region(session.project, region_id)
    session.store.apply(
        f"Shift the {end.value} seam to {milliseconds(shift_samples, rate_hz)}",
        lambda p: shift_seam(p, region.id, end, shift_samples),
    )
    session.store.save()


def _nudge(
    session: Session,
    region: Region,
    take_id: TakeId | None,
    readings: tuple[OnsetReading, ...],
    options: argparse.Namespace,
) -> None:
    rate_hz = session.project.rate_hz
    if options.nudge_by is not None:
        by_samples = read_milliseconds(options.nudge_by, rate_hz=rate_hz)
        segments = region_of(session.project, region.id).comp
        wanted = take_id or (segments[0].take_id if segments else None)
    else:
        by_samples = -readings[0].late_samples if readings else 0
        wanted = readings[0].take_id if readings else None
    if wanted is None:
        raise InputError(
            f"“{name_of(region)}” has no take that is heard beside a marker; nothing was moved."
        )
    take = find_take(session.project, wanted)
    session.store.apply(
        f"Nudge {take.name} by {milliseconds(by_samples, rate_hz)}",
        lambda p: nudge_take(p, take.id, by_samples),
    )
    session.store.save()


def _take_id(project: Project, text: str | None, region: Region) -> TakeId | None:
    return None if text is None else find_take(project, text, region=region).id


def _readings(
    session: Session, region: Region, take_id: TakeId | None, interrupt: Interrupt
) -> tuple[OnsetReading, ...]:
    return read_onsets(
        session.project, session.sounds, region.id, take_id=take_id, cancelled=interrupt
    )


def _seams_text(report: RegionSeams, project: Project) -> str:
    headings = [
        f"{seam.end.value.capitalize()} {_position(seam.at_samples, project)}"
        for seam in report.seams
    ]
    rows = [("", *headings, "Limit")]
    rows += [(row.name, *row.figures, row.limit) for row in seam_figures(report)]
    rows.append(
        ("Shifted by", *(milliseconds(s.shift_samples, project.rate_hz) for s in report.seams), "")
    )
    rows.append(
        ("Kept beyond", *(milliseconds(s.kept_samples, project.rate_hz) for s in report.seams), "")
    )
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    lines = [
        f"{row[0]:<{widths[0]}}  " + "  ".join(f"{row[n]:>{widths[n]}}" for n in (1, 2, 3))
        for row in rows
    ]
    lines = [line.rstrip() for line in lines]
    name = name_of(report.region)
    beyond = f": {', '.join(report.exceeded)}" if report.exceeded else ""
    return "\n".join([f"Seams of {name}", *lines, f"{report.verdict}{beyond}."])


def _seams_node(report: RegionSeams, project: Project) -> dict[str, object]:
    return {
        "region": report.region.id,
        "name": report.region.name,
        "within_limits": report.is_within,
        "exceeded": list(report.exceeded),
        "limits": {
            "level_step_db": report.limits.level_step_db,
            "click_ratio": report.limits.click_ratio,
            "spectral_db": report.limits.spectral_db,
            "raised_by_surroundings": report.limits.is_raised,
        },
        "seams": [
            {
                "end": seam.end.value,
                "at_samples": seam.at_samples,
                "at": _position(seam.at_samples, project),
                "shift_samples": seam.shift_samples,
                "kept_samples": seam.kept_samples,
                "level_step_db": seam.figures.level_step_db,
                "click_ratio": seam.figures.click_ratio,
                "spectral_db": seam.figures.spectral_db,
            }
            for seam in report.seams
        ],
    }


def _onset_text(reading: OnsetReading, rate_hz: int) -> str:
    what = "First onset" if reading.is_first else "Onset"
    name = f"“{reading.marker.name}”" if reading.marker.name else reading.marker.id
    late = reading.late_samples
    if late == 0:
        return f"{what} on {name}"
    return f"{what} {milliseconds(abs(late), rate_hz)} {'after' if late > 0 else 'before'} {name}"


def _onsets_node(readings: tuple[OnsetReading, ...], project: Project) -> list[dict[str, object]]:
    return [
        {
            "marker": reading.marker.id,
            "name": reading.marker.name,
            "marker_samples": reading.marker.position_samples,
            "take": reading.take_id,
            "onset_samples": reading.onset_samples,
            "onset": _position(reading.onset_samples, project),
            "late_samples": reading.late_samples,
            "late_ms": round(reading.late_samples * 1000 / project.rate_hz, 3),
            "is_first": reading.is_first,
        }
        for reading in readings
    ]


def _position(samples: int, project: Project) -> str:
    return format_position(samples, rate_hz=project.rate_hz, picture=picture_of(project))
