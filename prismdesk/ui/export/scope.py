"""What an export may be made of: the project, and what is marked in it. No Qt."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from prismdesk.media.export.request import LicencesRefusedError, RefusedClip, refused_clips
from prismdesk.media.mixdown import sounding_takes
from prismdesk.project.lookup import picture_of, project_end_samples, region_of
from prismdesk.project.timebase import SampleRange
from prismdesk.session.delivery import DeliveryKind
from prismdesk.session.licences import TakeJudge
from prismdesk.ui.times import Times

if TYPE_CHECKING:
    from prismdesk.project.ids import RegionId
    from prismdesk.project.model import Project
    from prismdesk.session.delivery import DeliverySource
    from prismdesk.session.session import Session

WHOLE, MARKED, REGION = range(3)


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportScope:
    """The project as it stands, the marked time, the selected region, and where files go."""

    project: Project
    times: Times
    marked: SampleRange | None
    region_id: RegionId | None
    folder: Path
    no_film: str

    @classmethod
    def of(
        cls, session: Session, marked: SampleRange | None, region_id: RegionId | None
    ) -> ExportScope:
        """Return the scope of a session with what is selected in it."""
        film = session.film_path()
        no_film = ""
        if film is None:
            no_film = "This project has no picture to make a film of."
        elif not film.is_file():
            no_film = f"{film.name} is not where it was; find it first."
        folder = session.folder / "Exports"
        if not session.store.is_named:
            folder = film.parent if film is not None else Path.home()
        return cls(
            project=session.project,
            times=Times(session.project),
            marked=marked,
            region_id=region_id,
            folder=folder,
            no_film=no_film,
        )

    @classmethod
    def of_source(cls, source: DeliverySource) -> ExportScope:
        """Return the scope of an export under way, for showing it."""
        return cls(
            project=source.project,
            times=Times(source.project),
            marked=None,
            region_id=None,
            folder=source.folder,
            no_film="" if source.film_path is not None else "This project has no picture.",
        )

    def why_not(self, kind: DeliveryKind) -> str:
        """Return why a kind of export can't be made of this project, "" if it can."""
        if kind is DeliveryKind.FILM:
            return self.no_film
        if kind is DeliveryKind.REGIONS and not self.project.regions:
            return "This project has no regions."
        return ""

    def span(self, kind: DeliveryKind, which: int) -> SampleRange | None:
        """Return the span that a choice of range means; None is everything."""
        if which == MARKED:
            return self.marked
        if which == REGION and self.region_id is not None:
            return region_of(self.project, self.region_id).range
        return None

    def whole(self, kind: DeliveryKind) -> SampleRange:
        """Return what "everything" covers."""
        picture = picture_of(self.project)
        if kind is DeliveryKind.FILM and picture is not None:
            return SampleRange(0, picture.duration_samples)
        return SampleRange(0, project_end_samples(self.project))

    def region_ids(self, which: int) -> tuple[RegionId, ...]:
        """Return the regions that a choice of range means, in the order of their starts."""
        regions = sorted(self.project.regions, key=lambda region: region.range)
        if which == REGION:
            return tuple(region.id for region in regions if region.id == self.region_id)
        if which == MARKED and self.marked is not None:
            marked = self.marked
            return tuple(region.id for region in regions if region.range.overlaps(marked))
        return tuple(region.id for region in regions)

    def licences(self, span: SampleRange) -> tuple[bool, str]:
        """Return whether the licences of what is heard allow the export, and that in words."""
        count = len(sounding_takes(self.project, span))
        if count == 0:
            return True, "No machine-made sound is heard."
        takes = "1 machine-made take" if count == 1 else f"{count} machine-made takes"
        if refused := self.refused(span):
            error = LicencesRefusedError(refused, self.project.use)
            return False, f"Refused: {error.told}"
        return True, f"{takes}, all fit a {self.project.use.value} project."

    def refused(self, span: SampleRange) -> tuple[RefusedClip, ...]:
        """Return the takes heard in a span that don't fit what the project is for."""
        return refused_clips(self.project, span, TakeJudge())
