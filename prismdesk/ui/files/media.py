"""Sounds brought into the open project, what it uses collected, lost media found."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QFileDialog

from prismdesk.media.content_key import content_key
from prismdesk.project.store.relink import find_moved_media, missing_media
from prismdesk.session.collecting import Collected, collect, link_collected
from prismdesk.session.importing import ReadSound, add_sound, read_sound, sound_position
from prismdesk.session.model_words import size_words
from prismdesk.session.relinking import with_media_at
from prismdesk.ui.messages import MessageKind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtWidgets import QWidget

    from prismdesk.project.ids import MediaId
    from prismdesk.ui.context import Desktop
    from prismdesk.ui.document import Document
    from prismdesk.ui.files.holder import SessionHolder


class MediaWork(QObject):
    """Reads and copies in the background; what comes of it joins the project as one step."""

    def __init__(self, desktop: Desktop, holder: SessionHolder, window: QWidget) -> None:
        super().__init__(window)
        self._desktop = desktop
        self._holder = holder
        self._window = window

    def import_sounds(self, paths: Sequence[Path]) -> None:
        """Lay each sound on a track of its own, at its time of day or at the playhead."""
        document = self._holder.document
        if document is None:
            return
        for path in paths:
            self._import(document, path)

    def collect(self) -> None:
        """Copy media and presets that lie elsewhere into the project's folder, and use these."""
        document = self._holder.document
        if document is None:
            return
        project, folder = document.project, document.session.folder
        self._desktop.background.run(
            f"Collecting {project.name}",
            lambda progress, cancelled: collect(
                project, folder, progress=progress, cancelled=cancelled
            ),
            done=lambda collected: self._link(document, collected),
        )

    def ask_where(self) -> None:
        """Ask for a folder to look for missing media in."""
        name = QFileDialog.getExistingDirectory(self._window, "Look in this folder and below")
        if name:
            self.look_in(Path(name))

    def look_in(self, folder: Path) -> None:
        """Look for missing media in a folder and below, by their content."""
        document = self._holder.document
        if document is None:
            return
        missing = missing_media(document.project, document.session.folder)
        names = {media.id: Path(media.path).name for media in missing}
        self._desktop.background.run(
            f"Looking for media in {folder.name}",
            lambda progress, cancelled: find_moved_media(
                missing, [folder], content_key, progress=progress, cancelled=cancelled
            ),
            done=lambda places: self._relink(document, places, names),
        )

    def _import(self, document: Document, path: Path) -> None:
        project, folder = document.project, document.session.folder
        self._desktop.background.run(
            f"Importing {path.name}",
            lambda progress, cancelled: read_sound(
                path, project=project, folder=folder, progress=progress, cancelled=cancelled
            ),
            done=lambda sound: self._add(document, path.name, sound),
        )

    def _is_open(self, document: Document) -> bool:
        return self._holder.document is document

    def _add(self, document: Document, name: str, sound: ReadSound) -> None:
        if not self._is_open(document):
            return
        playhead = self._holder.position_samples
        position = sound_position(document.project, sound, playhead)
        if not document.apply(
            f"Import {name}", lambda project: add_sound(project, sound, position)
        ):
            return
        timed = sound.time_reference_samples is not None
        where = "at the playhead"
        if timed and position != playhead:
            where = "where its own time of day puts it"
        elif timed:
            where = "at the playhead, since its time of day lies outside the film"
        self._desktop.messages.tell(
            f"{name} is on a new track.",
            " ".join(
                (f"It begins at {document.times.timecode(position)}, {where}.", *sound.warnings)
            ),
        )

    def _link(self, document: Document, collected: Collected) -> None:
        if not self._is_open(document):
            return
        folder, messages = document.session.folder, self._desktop.messages
        lacking = " ".join(collected.lacking)
        if not collected.file_count:
            words = "All media and presets lie" if not lacking else "What can be collected lies"
            messages.tell("Nothing to collect.", f"{words} in {folder} already. {lacking}".strip())
            return
        if collected.places and not document.apply(
            "Collect media", lambda project: link_collected(project, folder, collected)
        ):
            return
        if collected.presets:
            self._desktop.presets.look(self._desktop)
        count = collected.file_count
        files = "1 file is" if count == 1 else f"{count} files are"
        without = f", without {_counted(len(collected.lacking))}" if lacking else ""
        messages.tell(
            f"{document.project.name} is all in one folder{without}.",
            f"{files} copied, {size_words(collected.size_bytes)}, to {folder}. "
            f"The originals are where they were. {lacking}".strip(),
            kind=MessageKind.WARNING if lacking else MessageKind.GOOD,
        )

    def _relink(
        self, document: Document, places: dict[MediaId, Path], names: dict[MediaId, str]
    ) -> None:
        if not self._is_open(document):
            return
        folder = document.session.folder
        if places and document.apply(
            "Relink media", lambda project: with_media_at(project, folder, places)
        ):
            document.forget_waves()
            found = ", ".join(f"{names[one]} in {place.parent}" for one, place in places.items())
            self._desktop.messages.tell("Found.", f"{found}.", kind=MessageKind.GOOD)
        lost = [name for media_id, name in names.items() if media_id not in places]
        if lost:
            self._desktop.messages.tell(
                f"{', '.join(lost)} isn't there.",
                "Files are known by their content, so a changed copy isn't taken.",
                kind=MessageKind.WARNING,
                buttons=(("Find it…", self.ask_where), ("Work without", lambda: None)),
            )


def _counted(presets: int) -> str:
    return "1 preset" if presets == 1 else f"{presets} presets"
