"""The sample film's whole journey: made, scanned, mended, continued, exported, proved."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import platformdirs

import prismdesk
from prismdesk.media.verify import null_test
from prismdesk.project.lookup import picture_of
from prismdesk.project.positions import format_position
from prismdesk.sample.film import FILE_NAME, make_sample_film
from prismdesk.session.exporting import write_export
from prismdesk.session.making import make_takes
from prismdesk.session.mending import mark_gaps
from prismdesk.session.opening import create_session
from prismdesk.session.scanning import scan_gaps

if TYPE_CHECKING:
    from collections.abc import Callable

    from prismdesk.jobs.states import JobSnapshot
    from prismdesk.media.export.report import ExportReport
    from prismdesk.media.verify import NullTest
    from prismdesk.progress import IsCancelled
    from prismdesk.project.model import Region
    from prismdesk.session.session import Session

PROJECT_FOLDER = "project"
MENDED_NAME = "Harbour, mended.mov"
REPORT_NAME = "report.json"


class Stage(Protocol):
    """Whoever shows how far the journey is."""

    def begin(self, task: str) -> None:
        """Name the work that the next fractions are of."""

    def __call__(self, fraction: float) -> None:
        """Take the share of that work that is done."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoReport:
    """What the journey found and made."""

    film: Path
    project: Path
    mended: Path
    regions: tuple[Region, ...]
    positions: tuple[str, ...]
    export: ExportReport
    null_test: NullTest

    @property
    def passed(self) -> bool:
        """Whether nothing outside the regions changed (a faulty export raises an error)."""
        return self.null_test.is_identical_outside

    def to_json(self) -> dict[str, Any]:
        """Return the report as ``report.json`` holds it; documented in docs/cli.md."""
        return {
            "film": str(self.film),
            "project": str(self.project),
            "mended": str(self.mended),
            "passed": self.passed,
            "regions": [
                {
                    "name": region.name,
                    "task": str(region.task),
                    "from_samples": region.range.start_samples,
                    "to_samples": region.range.end_samples,
                    "from": position,
                    "how": region.takes[-1].note if region.takes else "",
                }
                for region, position in zip(self.regions, self.positions, strict=True)
            ],
            "export": json.loads(self.export.to_json()),
            "null_test": self.null_test.to_record(),
        }

    def to_text(self) -> str:
        """Return the report as a person reads it."""
        lines = ["The sample film, mended", "", "Regions:"]
        for region, position in zip(self.regions, self.positions, strict=True):
            length_ms = 1000 * region.range.length_samples / self.null_test.rate_hz
            how = region.takes[-1].note if region.takes else ""
            lines.append(f"  {position}  {length_ms:8.2f} ms  {region.task:<8}  {region.name}")
            lines.append(f"               {how}")
        lines += ["", "Outside the regions:", *_indented(self.null_test.to_text())]
        lines += ["", "Export:", *_indented(self.export.to_text())]
        lines += [
            "",
            f"Film     {self.film}",
            f"Project  {self.project}",
            f"Mended   {self.mended}",
        ]
        return "\n".join(lines)


def _indented(text: str) -> list[str]:
    return [f"  {line}" for line in text.splitlines()]


def sample_film_in(folder: Path, stage: Stage, cancelled: IsCancelled) -> Path:
    """Return the sample film in a folder; it is drawn once per version and copied after that.

    Raises:
        WorkError: it can't be written.
        Cancelled: the user stopped it.
    """
    film = folder / FILE_NAME
    if film.exists():
        return film
    kept = Path(platformdirs.user_cache_dir("prismdesk", appauthor=False))
    drawn = kept / f"sample-{prismdesk.__version__}" / FILE_NAME
    if not drawn.exists():
        stage.begin("Drawing the sample film")
        make_sample_film(drawn, progress=stage, cancelled=cancelled)
    folder.mkdir(parents=True, exist_ok=True)
    partial = film.with_name(f".{film.name}.partial")
    shutil.copyfile(drawn, partial)
    partial.replace(film)
    return film


def run_journey(
    folder: Path, stage: Stage, watch: Callable[[JobSnapshot], None], cancelled: IsCancelled
) -> DemoReport:
    """Take the sample film through everything, leaving film, project and report in a folder.

    Args:
        folder: where; an earlier journey's project in it is kept, the new one gets a number.
        stage: shown how far it is.
        watch: called with each job as it goes on.
        cancelled: asked often.

    Raises:
        PrismDeskError: something failed; what was finished until then stays.
    """
    film = sample_film_in(folder, stage, cancelled)
    stage.begin("Listening for gaps")
    scanned = scan_gaps(film, progress=stage, cancelled=cancelled)
    stage.begin("Making the project")
    with create_session(
        film, _free_project_folder(folder), progress=stage, cancelled=cancelled
    ) as session:
        picture = picture_of(session.project)
        assert picture is not None
        marked = mark_gaps(
            session,
            scanned.gaps,
            track=session.project.tracks[0],
            end_samples=picture.duration_samples,
            engine="ambience",
        )
        for region_id in marked:
            make_takes(session, region_id, watch=watch, cancelled=cancelled)
        session.store.save()
        return _deliver(session, film, folder, stage, cancelled)


def finished_project_in(folder: Path) -> Path | None:
    """Return the project that an earlier, finished journey left in a folder, or None."""
    try:
        report = json.loads((folder / REPORT_NAME).read_text(encoding="utf-8"))
        project = Path(report["project"])
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return project if project.is_file() else None


def _deliver(
    session: Session, film: Path, folder: Path, stage: Stage, cancelled: IsCancelled
) -> DemoReport:
    mended = folder / MENDED_NAME
    stage.begin("Writing the mended film")
    export = write_export(session, mended, progress=stage, cancelled=cancelled)
    stage.begin("Proving that nothing else changed")
    rate_hz = session.project.rate_hz
    result = null_test(
        film,
        mended,
        [region.range for region in session.project.regions],
        rate_hz=rate_hz,
        progress=stage,
        cancelled=cancelled,
    )
    picture = picture_of(session.project)
    report = DemoReport(
        film=film,
        project=session.store.path,
        mended=mended,
        regions=session.project.regions,
        positions=tuple(
            format_position(region.range.start_samples, rate_hz=rate_hz, picture=picture)
            for region in session.project.regions
        ),
        export=export,
        null_test=result,
    )
    (folder / REPORT_NAME).write_text(
        json.dumps(report.to_json(), indent=2, ensure_ascii=False) + "\n", encoding="utf-8"
    )
    (folder / "report.txt").write_text(report.to_text() + "\n", encoding="utf-8")
    return report


def _free_project_folder(folder: Path) -> Path:
    number = 1
    while (project := folder / (PROJECT_FOLDER + (f" {number}" if number > 1 else ""))).exists():
        number += 1
    return project
