"""What the window does with the library of presets. It outlives every panel."""

from __future__ import annotations

import time
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from prismdesk.adapters.reference import hash_in
from prismdesk.session.preset_carrying import bring_into_library
from prismdesk.session.preset_editing import remove, rename, restore, set_alpha, set_fields
from prismdesk.session.presets import library
from prismdesk.session.project_presets import presets_beside_projects
from prismdesk.ui.messages import MessageKind

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from typing import Any

    from prismdesk.adapters.card import Preset
    from prismdesk.errors import PrismDeskError
    from prismdesk.progress import FractionDone, IsCancelled
    from prismdesk.session.preset_import import Imported
    from prismdesk.ui.background import BackgroundTask
    from prismdesk.ui.context import Desktop


_SECONDS_BETWEEN_LOOKS = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Scanned:
    presets: tuple[Preset, ...]
    beside: tuple[Preset, ...]
    by_hash: dict[str, Preset]
    are_others: bool


class PresetShelf(QObject):
    """Scans the library and changes it, off the window's thread, and keeps what is in it.

    ``changed``: other presets are there, or they say something else of themselves, than before.
    ``shown``: the reference of a preset whose card is to be seen.
    ``work_changed``: scanning begins or ends.
    """

    changed = Signal()
    shown = Signal(str)
    work_changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._presets: tuple[Preset, ...] = ()
        self._beside: tuple[Preset, ...] = ()
        self._by_hash: dict[str, Preset] = {}
        self._scan: BackgroundTask[_Scanned] | None = None
        self._is_known = False
        self._wants_another = False
        self._looked_for_gone = -_SECONDS_BETWEEN_LOOKS

    @property
    def presets(self) -> tuple[Preset, ...]:
        """All presets, as they were when the library was scanned last."""
        return self._presets

    @property
    def is_known(self) -> bool:
        """Whether the library was scanned once."""
        return self._is_known

    def of(self, reference: str) -> Preset | None:
        """Return the preset of a reference, as far as the last scan knows; never looks itself.

        Where the library has none it is that in the folder of the open project.
        """
        return self._by_hash.get(hash_in(reference))

    def look(self, desktop: Desktop) -> None:
        """Have the library's folders looked at anew."""
        if self._scan is not None:
            self._wants_another = True
            return
        self._scan = desktop.background.run(
            "Looking at presets",
            partial(_scan, self._presets, self._beside),
            done=partial(self._take_up, desktop),
            failed=partial(self._give_up, desktop),
            quiet=self._is_known,
            owner=self,
        )
        self.work_changed.emit()

    def look_once(self, desktop: Desktop) -> None:
        """Have them looked at, unless that was done."""
        if not self._is_known:
            self.look(desktop)

    def look_for_gone(self, desktop: Desktop) -> None:
        """Have them looked at for one that isn't known; not again within moments."""
        now = time.monotonic()
        if now - self._looked_for_gone >= _SECONDS_BETWEEN_LOOKS:
            self._looked_for_gone = now
            self.look(desktop)

    def show(self, reference: str) -> None:
        """Have a preset's card shown."""
        self.shown.emit(reference)

    def change(self, preset: Preset, desktop: Desktop, **values: Any) -> None:
        """Change what a preset's card says; see ``preset_editing.set_fields``."""
        self.work(
            f"Writing the card of {preset.name}",
            lambda *_: set_fields(preset, **values),
            desktop,
            is_quiet=True,
        )

    def set_alpha(self, preset: Preset, alpha: float, desktop: Desktop) -> None:
        """Say with which alpha a preset was trained; it can be used from then on."""
        self.work(
            f"Writing {preset.name} with alpha {alpha:g}",
            lambda _, cancelled: set_alpha(preset, alpha, cancelled),
            desktop,
        )

    def rename(self, preset: Preset, name: str, desktop: Desktop) -> None:
        """Call a preset otherwise; regions find it by its hash."""
        self.work(f"Renaming {preset.name}", lambda *_: rename(preset, name), desktop)

    def bring_in(self, preset: Preset, desktop: Desktop) -> None:
        """Put a preset of the open project into the library, as it is."""
        self.work(
            f"Bringing {preset.name} into the library",
            partial(bring_into_library, (preset,)),
            desktop,
            done=partial(self._tell_brought, desktop),
        )

    def remove(self, preset: Preset, desktop: Desktop) -> None:
        """Take a preset out of the library; the message that tells it can bring it back."""
        self.work(
            f"Removing {preset.name}",
            lambda *_: remove(preset),
            desktop,
            done=partial(self._tell_removed, preset, desktop),
        )

    def work(
        self,
        title: str,
        work: Callable[[FractionDone, IsCancelled], Any],
        desktop: Desktop,
        *,
        done: Callable[[Any], object] | None = None,
        failed: Callable[[PrismDeskError], object] | None = None,
        is_quiet: bool = False,
    ) -> BackgroundTask[Any]:
        """Do something with the library off the window's thread; what is there is looked up after.

        Args:
            title: what is done, as a user would say it.
            work: called with ``progress`` and ``cancelled``.
            desktop: long work and messages.
            done: called with what came of it.
            failed: called with what went wrong; None tells it.
            is_quiet: not shown; for what takes moments.
        """

        def was_done(result: Any) -> None:
            if done is not None:
                done(result)
            self.look(desktop)

        def has_failed(error: PrismDeskError) -> None:
            (failed or desktop.messages.error)(error)
            self.look(desktop)

        return desktop.background.run(
            title, work, done=was_done, failed=has_failed, quiet=is_quiet, owner=self
        )

    def _tell_brought(self, desktop: Desktop, brought: Imported) -> None:
        for preset in brought.presets:
            desktop.messages.tell(f"{preset.name} is in the library now.", kind=MessageKind.GOOD)
        for sentence in brought.refused:
            desktop.messages.tell(sentence, kind=MessageKind.INFO)

    def _tell_removed(self, preset: Preset, desktop: Desktop, folder: Path) -> None:
        def bring_back() -> None:
            self.work(
                f"Bringing {preset.name} back",
                lambda *_: restore(folder, preset.path.parent),
                desktop,
                is_quiet=True,
            )

        desktop.messages.tell(
            f"{preset.name} was removed from the library.",
            f"Its files are kept in {folder}.",
            kind=MessageKind.INFO,
            buttons=(("Bring it back", bring_back),),
        )

    def _take_up(self, desktop: Desktop, found: _Scanned) -> None:
        self._scan, self._is_known = None, True
        self._presets, self._beside, self._by_hash = found.presets, found.beside, found.by_hash
        self.work_changed.emit()
        if found.are_others:
            self.changed.emit()
        self._look_on(desktop)

    def _give_up(self, desktop: Desktop, error: PrismDeskError) -> None:
        self._scan = None
        desktop.messages.error(error)
        self.work_changed.emit()
        self._look_on(desktop)

    def _look_on(self, desktop: Desktop) -> None:
        if self._wants_another:
            self._wants_another = False
            self.look(desktop)


def _scan(
    before: tuple[Preset, ...],
    beside_before: tuple[Preset, ...],
    progress: FractionDone,
    cancelled: IsCancelled,
) -> _Scanned:
    presets = library().scan(progress, cancelled)
    beside = presets_beside_projects(cancelled)
    by_hash: dict[str, Preset] = {}
    for preset in (*presets, *beside):
        if preset.hash:
            by_hash.setdefault(preset.hash, preset)
    return _Scanned(
        presets=presets,
        beside=beside,
        by_hash=by_hash,
        are_others=(presets, beside) != (before, beside_before),
    )
