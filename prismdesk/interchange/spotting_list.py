"""Spotting lists as CSV: regions out, for a spreadsheet; edited or written there, and in again.

One line per region, headings in the first. Positions are timecode of the film. The columns
``in samples`` and ``out samples`` keep what timecode can't say; they count only while they name
the same frames as the timecode beside them, so that whoever edits a timecode is heard.
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeVar

from prismdesk.errors import InputError
from prismdesk.interchange.csv_rows import CsvKind
from prismdesk.project.edits import (
    add_region,
    rename_region,
    resize_region,
    set_region_note,
    set_region_owner,
    set_region_prompt,
    set_region_status,
    set_region_task,
)
from prismdesk.project.errors import PositionError
from prismdesk.project.ids import RegionId, new_id
from prismdesk.project.lookup import picture_of, track_of
from prismdesk.project.model import Project, Region, RegionStatus, Task, Track
from prismdesk.project.positions import format_position, parse_position
from prismdesk.project.table_cells import harmless
from prismdesk.project.timebase import SampleRange

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_Choice = TypeVar("_Choice", Task, RegionStatus)

HEADINGS = (
    "id",
    "name",
    "task",
    "track",
    "in",
    "out",
    "status",
    "owner",
    "prompt",
    "negative prompt",
    "note",
    "in samples",
    "out samples",
)


class SpottingListError(InputError):
    """A list can't be read; the sentence names line and column."""


_KIND = CsvKind(short="list", name="spotting list", needed=("in", "out"), error=SpottingListError)


@dataclass(frozen=True, slots=True, kw_only=True)
class SpottedRegion:
    """One line of a list. ``id`` is empty where the list named none: then it is a new region."""

    id: str
    name: str
    task: Task
    track: Track
    range: SampleRange
    status: RegionStatus
    owner: str
    prompt: str
    negative_prompt: str
    note: str


def write_spotting_list(project: Project, regions: Iterable[Region] | None = None) -> str:
    """Return regions as CSV text, in the order of their starts, lines ended by CR LF (RFC 4180).

    Args:
        project: gives timecode and the names of tracks.
        regions: which; all if None.
    """
    picture = picture_of(project)
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(HEADINGS)
    chosen = project.regions if regions is None else tuple(regions)
    for region in sorted(chosen, key=lambda one: one.range):
        span = region.range
        ends = (span.start_samples, span.end_samples)
        in_words, out_words = (
            format_position(samples, rate_hz=project.rate_hz, picture=picture) for samples in ends
        )
        writer.writerow(
            harmless(cell)
            for cell in (
                region.id,
                region.name,
                region.task.value,
                track_of(project, region.track_id).name,
                in_words,
                out_words,
                region.status.value,
                region.owner,
                region.prompt,
                region.negative_prompt,
                region.note,
                *map(str, ends),
            )
        )
    return out.getvalue()


def decode_list(data: bytes) -> str:
    """Return a file's text: UTF-8 with or without a mark, or UTF-16 as spreadsheets write it.

    Raises:
        SpottingListError: it is too large, or in another encoding.
    """
    return _KIND.decode(data)


def read_spotting_list(text: str, project: Project) -> tuple[SpottedRegion, ...]:
    """Read a list; separators may be comma, semicolon or tab, columns may come in any order.

    Only ``in`` and ``out`` are needed. What is left out is taken from the region with that id,
    or is as for a new region: to be inpainted, open, on the first track.

    Args:
        text: as ``decode_list`` returns it.
        project: gives timecode, tracks, and the regions that ids mean.

    Raises:
        SpottingListError: a line can't be read.
    """
    return tuple(_Line(project, number, row).region() for number, row in _KIND.rows(text))


def with_spotting_list(project: Project, spotted: Iterable[SpottedRegion]) -> Project:
    """Return the project with regions changed as a list says, and new ones added.

    Regions that the list doesn't name stay as they are.

    Raises:
        EditError: a region can't be as the list wants it.
    """
    known = {region.id: region for region in project.regions}
    for line in spotted:
        region = known.get(RegionId(line.id))
        if region is None:
            project = add_region(project, _new_region(line))
        else:
            project = _changed(project, region, line)
    return project


def _new_region(line: SpottedRegion) -> Region:
    return Region(
        id=RegionId(new_id("region")),
        track_id=line.track.id,
        lane_ids=(line.track.lanes[0].id,),
        range=line.range,
        task=line.task,
        name=line.name,
        prompt=line.prompt,
        negative_prompt=line.negative_prompt,
        owner=line.owner,
        note=line.note,
        status=line.status,
    )


def _changed(project: Project, region: Region, line: SpottedRegion) -> Project:
    if region.range != line.range:
        project = resize_region(project, region.id, line.range)
    project = set_region_task(project, region.id, line.task)
    project = rename_region(project, region.id, line.name)
    project = set_region_prompt(project, region.id, line.prompt, line.negative_prompt)
    project = set_region_owner(project, region.id, line.owner)
    project = set_region_note(project, region.id, line.note)
    return set_region_status(project, region.id, line.status)


@dataclass(frozen=True, slots=True)
class _Line:
    project: Project
    number: int
    row: Mapping[str, str]

    def region(self) -> SpottedRegion:
        known = {region.id: region for region in self.project.regions}
        before = known.get(RegionId(self._cell("id")))
        blank = SpottedRegion(
            id="",
            name="",
            task=Task.INPAINT,
            track=self._track(before),
            range=self._range(before),
            status=RegionStatus.OPEN,
            owner="",
            prompt="",
            negative_prompt="",
            note="",
        )
        base = blank if before is None else _as_spotted(before, blank)
        return replace(
            base,
            name=self.row.get("name", base.name),
            task=self._choice("task", Task, base.task),
            status=self._status(base.status),
            owner=self.row.get("owner", base.owner),
            prompt=self.row.get("prompt", base.prompt),
            negative_prompt=self.row.get("negative prompt", base.negative_prompt),
            note=self.row.get("note", base.note),
        )

    def _cell(self, name: str) -> str:
        return self.row.get(name, "").strip()

    def _track(self, before: Region | None) -> Track:
        if before is not None:
            return track_of(self.project, before.track_id)
        if not self.project.tracks:
            raise SpottingListError("The project has no track that regions could lie on.")
        name = self._cell("track")
        if not name:
            return self.project.tracks[0]
        for track in self.project.tracks:
            if track.name == name:
                return track
        tracks = ", ".join(track.name for track in self.project.tracks)
        raise self._wrong("track", f"there is no track “{name}”; there are: {tracks}")

    def _range(self, before: Region | None) -> SampleRange:
        start, end = self._position("in"), self._position("out")
        if end <= start:
            raise self._wrong("out", "it must lie after the in point")
        if before is not None and self._words(start, end) == self._words(
            before.range.start_samples, before.range.end_samples
        ):
            return before.range
        return SampleRange(start, end)

    def _words(self, *samples: int) -> tuple[str, ...]:
        picture, rate_hz = picture_of(self.project), self.project.rate_hz
        return tuple(format_position(one, rate_hz=rate_hz, picture=picture) for one in samples)

    def _position(self, name: str) -> int:
        typed, exact = self._cell(name), self._cell(f"{name} samples")
        picture, rate_hz = picture_of(self.project), self.project.rate_hz
        try:
            position = parse_position(typed, rate_hz=rate_hz, picture=picture)
        except PositionError as error:
            raise self._wrong(name, str(error).rstrip(".")) from None
        if exact.isascii() and exact.isdigit() and len(exact) < 15:
            samples = int(exact)
            if format_position(samples, rate_hz=rate_hz, picture=picture) == typed:
                return samples
        return position

    def _status(self, default: RegionStatus) -> RegionStatus:
        status = self._choice("status", RegionStatus, default)
        # These two are the queue's to say, and never stand in a project.
        return RegionStatus.OPEN if status in (RegionStatus.QUEUED, RegionStatus.MAKING) else status

    def _choice(self, name: str, kind: type[_Choice], default: _Choice) -> _Choice:
        typed = self._cell(name).lower()
        if not typed:
            return default
        try:
            return kind(typed)
        except ValueError:
            known = ", ".join(one.value for one in kind)
            raise self._wrong(name, f"“{typed}” is none of: {known}") from None

    def _wrong(self, column: str, why: str) -> SpottingListError:
        return SpottingListError(f"Line {self.number}, column “{column}”: {why}.")


def _as_spotted(region: Region, blank: SpottedRegion) -> SpottedRegion:
    return replace(
        blank,
        id=region.id,
        name=region.name,
        task=region.task,
        status=region.status,
        owner=region.owner,
        prompt=region.prompt,
        negative_prompt=region.negative_prompt,
        note=region.note,
    )
