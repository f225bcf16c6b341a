"""The set of a run as a table: heard, seen, edited, checked, and what is doubted mended."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QFileDialog, QMenu, QWidget

from prismdesk.adapters import training_set_edits as edits
from prismdesk.errors import PrismDeskError
from prismdesk.session.training_checks import THE_SET, Doubt, apply_remedy, checks_of
from prismdesk.session.training_sets import Added, add_files
from prismdesk.ui.adapters.training.cells import PlainCell, SoundCell
from prismdesk.ui.adapters.training.frame_images import FrameImages
from prismdesk.ui.adapters.training.pair_cells import PictureCell, SplitCell
from prismdesk.ui.adapters.training.pair_model import SPLITS, PairColumn, PairModel
from prismdesk.ui.adapters.training.set_edits import SetEdits, opened
from prismdesk.ui.adapters.training.table_view import TrainingTable
from prismdesk.ui.adapters.training.words import length_words
from prismdesk.ui.icons import IconName
from prismdesk.ui.widgets.arranging import column, row, wrapped_label
from prismdesk.ui.widgets.buttons import icon_button, quiet_button
from prismdesk.ui.widgets.folding_row import FoldingRow
from prismdesk.ui.widgets.labels import Pill, caption, section_label

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from PySide6.QtCore import QPoint
    from PySide6.QtGui import QKeyEvent

    from prismdesk.adapters.training_set import Split, TrainingSet
    from prismdesk.progress import FractionDone, IsCancelled
    from prismdesk.session.session import Session
    from prismdesk.ui.adapters.hearing import ExampleHearing
    from prismdesk.ui.adapters.training.wave_images import WaveImages
    from prismdesk.ui.background import BackgroundTask
    from prismdesk.ui.context import Desktop

_ROW_PX = 34
_WIDTHS_PX = {
    PairColumn.NUMBER: 30,
    PairColumn.SOUND: 150,
    PairColumn.PICTURE: 132,
    PairColumn.LENGTH: 58,
    PairColumn.MASK: 60,
    PairColumn.USE: 74,
    PairColumn.CHECK: 205,
}
_FILES = "Sounds and films (*.wav *.flac *.aif *.aiff *.ogg *.mp3 *.m4a *.mov *.mp4 *.mkv)"


class DatasetSection(QWidget):
    """Heading and table of a set; ``regions_wanted`` follows to put selected regions in.

    Args:
        images: waves.
        hearing: plays.
        desktop: look, long work, messages.
    """

    regions_wanted = Signal()

    def __init__(self, images: WaveImages, hearing: ExampleHearing, desktop: Desktop) -> None:
        super().__init__()
        self._desktop = desktop
        self._hearing = hearing
        self._edits: SetEdits | None = None
        self._session: Callable[[], Session] | None = None
        self._model_id = ""
        self._next_label = ""
        self._checking: BackgroundTask[Mapping[str, tuple[Doubt, ...]]] | None = None
        theme = desktop.theme
        self.model = PairModel(theme, self)
        self.frames = FrameImages(desktop.background, self)
        self.table = TrainingTable("Training set", self.model, row_px=_ROW_PX)
        self._plain = PlainCell(theme, self)
        self._sound = SoundCell(theme, images, lambda: hearing.path, self)
        self._picture = PictureCell(theme, self.frames, self)
        self._split = SplitCell(theme, self)
        self.table.setItemDelegate(self._plain)
        for one, cell in (
            (PairColumn.SOUND, self._sound),
            (PairColumn.PICTURE, self._picture),
            (PairColumn.USE, self._split),
        ):
            self.table.setItemDelegateForColumn(one, cell)
        self.table.set_widths(
            {int(one): px for one, px in _WIDTHS_PX.items()},
            stretch=PairColumn.PROMPT,
            missable=(PairColumn.MASK, PairColumn.NUMBER, PairColumn.LENGTH, PairColumn.PICTURE),
        )
        self.counts = caption("")
        self.look = Pill("", theme, icon_name=IconName.WARNING, kind="warning")
        self.of_set = wrapped_label(kind="warning")
        self.undo = icon_button(IconName.UNDO, theme, "Undo", self.undo_last)
        self.redo = icon_button(IconName.REDO, theme, "Redo", self.redo_last)
        self.add_files = quiet_button("Add files…", theme, icon_name=IconName.PLUS)
        self.add_regions = quiet_button("Add selected regions", theme, icon_name=IconName.PLUS)
        head = FoldingRow(
            row(section_label("Dataset", of=self.table), self.counts, None, self.look),
            row(self.undo, self.redo, self.add_files, self.add_regions),
        )
        layout = column(spacing_px=4)
        layout.addWidget(head)
        layout.addWidget(self.of_set)
        layout.addWidget(self.table)
        self.setLayout(layout)
        self._tie(images)
        self._show()

    @property
    def folder(self) -> Path | None:
        """The folder of the set that is shown."""
        return self._edits.folder if self._edits is not None else None

    @property
    def training_set(self) -> TrainingSet | None:
        """The set as it is now."""
        return self._edits.now if self._edits is not None else None

    def use_session(self, session: Callable[[], Session]) -> None:
        """Make pairs of the project that is open again from there; it can't be opened once more."""
        self._session = session

    def show_set(self, folder: Path | None, model_id: str = "") -> None:
        """Show another set; one that is gone, or None, is none."""
        if folder is not None and self.folder == folder and model_id == self._model_id:
            return
        self._model_id = model_id
        self._edits = None if folder is None else opened(folder)
        self._show()
        self._check()

    def note_before(self, label: str) -> None:
        """Say what the change is called that others are about to make to the set."""
        self._next_label = label

    def look_again(self) -> None:
        """Take up what others wrote into the set, as one step that can be taken back."""
        if self._edits is not None:
            label, self._next_label = self._next_label or "Change the set", ""
            self._do(partial(self._edits.take_up, label))

    def set_prompt(self, key: str, words: str) -> None:
        """Give a pair other words."""
        self._apply("Change the prompt", lambda made: edits.set_prompt(made, [key], words.strip()))

    def set_split(self, keys: list[str], split: Split) -> None:
        """Use pairs for something else."""
        self._apply(f"Use for {split}", lambda made: edits.set_split(made, keys, split))

    def remove(self, keys: list[str]) -> None:
        """Take pairs out of the set; their sounds stay in its folder."""
        self._apply("Remove from the set", lambda made: edits.remove(made, keys))

    def remedy(self, key: str, remedy_id: str, label: str) -> None:
        """Do something about a doubt; sounds are measured off the window's thread."""
        folder = self.folder
        if folder is None:
            return
        self._next_label = label
        session = None if self._session is None else self._session()
        self._desktop.background.run(
            label,
            lambda _, cancelled: apply_remedy(
                folder, key, remedy_id, session=session, cancelled=cancelled
            ),
            done=self._remedied,
            quiet=True,
            owner=self,
        )

    def undo_last(self) -> None:
        """Take the last change to the set back."""
        if self._edits is not None:
            self._do(self._edits.undo)

    def redo_last(self) -> None:
        """Do again what was taken back."""
        if self._edits is not None:
            self._do(self._edits.redo)

    def take_files(self, paths: list[Path]) -> None:
        """Put sound files into the set."""
        folder = self.folder
        if folder is None:
            return

        def work(progress: FractionDone, cancelled: IsCancelled) -> Added:
            return add_files(folder, paths, progress=progress, cancelled=cancelled)

        self._next_label = "Add files"
        self._desktop.background.run(
            "Adding files to the set", work, done=self._files_added, owner=self
        )

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802  (Qt's name)
        """Undo and redo what was done to the set, while the keyboard is in it."""
        if event.matches(QKeySequence.StandardKey.Undo):
            self.undo_last()
        elif event.matches(QKeySequence.StandardKey.Redo):
            self.redo_last()
        else:
            super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        """Keep undo's keys from the project's own while the keyboard is here."""
        if event.type() == QEvent.Type.ShortcutOverride:
            keys = (QKeySequence.StandardKey.Undo, QKeySequence.StandardKey.Redo)
            if any(event.matches(one) for one in keys):  # type: ignore[attr-defined]  # a key's event
                event.accept()
                return True
        return super().event(event)

    def menu_of(self, place: int) -> QMenu:
        """Return the menu of a row: what is doubted with its remedies, use, removal."""
        menu, pair = QMenu(self), self.model.rows[place]
        for doubt in self.model.doubts_of(place):
            menu.addSection(doubt.sentence)
            for remedy_id, label in doubt.remedies:
                menu.addAction(label, partial(self.remedy, pair.key, remedy_id, label))
        menu.addSection("Use for")
        for split in SPLITS:
            action = menu.addAction(split.capitalize(), partial(self._use_selected, place, split))
            action.setCheckable(True)
            action.setChecked(pair.split == split)
        menu.addSeparator()
        menu.addAction("Remove from the set", partial(self._remove_selected, place))
        return menu

    def _tie(self, images: WaveImages) -> None:
        self._sound.play_clicked.connect(self._hearing.toggle)
        self._plain.link_clicked.connect(self._follow_link)
        self.table.pressed_space.connect(self._play_row)
        self.table.pressed_enter.connect(self._open_menu)
        self.table.pressed_delete.connect(self._remove_selected)
        self.table.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.table.customContextMenuRequested.connect(self._open_menu_at)
        self.model.prompt_typed.connect(self.set_prompt)
        self.model.split_chosen.connect(self._set_one_split)
        self.add_files.clicked.connect(self._ask_files)
        self.add_regions.clicked.connect(self.regions_wanted)
        for signal in (images.ready, self.frames.ready, self._hearing.changed):
            signal.connect(self._paint)

    def _paint(self) -> None:
        self.table.viewport().update()

    def _play_row(self, place: int) -> None:
        self._hearing.toggle(self.model.sound_of(place))

    def _follow_link(self, place: int) -> None:
        doubts = self.model.doubts_of(place)
        if doubts and doubts[0].remedies:
            remedy_id, label = doubts[0].remedies[0]
            self.remedy(self.model.rows[place].key, remedy_id, label)

    def _open_menu(self, place: int) -> None:
        rect = self.table.visualRect(self.model.index(place, PairColumn.CHECK))
        self.menu_of(place).popup(self.table.viewport().mapToGlobal(rect.bottomLeft()))

    def _open_menu_at(self, point: QPoint) -> None:
        index = self.table.indexAt(point)
        if index.isValid():
            self.menu_of(index.row()).popup(self.table.viewport().mapToGlobal(point))

    def _selected_keys(self, place: int) -> list[str]:
        rows = self.table.selected_rows()
        return [self.model.rows[one].key for one in (rows if place in rows else [place])]

    def _use_selected(self, place: int, split: Split) -> None:
        self.set_split(self._selected_keys(place), split)

    def _remove_selected(self, place: int) -> None:
        self.remove(self._selected_keys(place))

    def _set_one_split(self, key: str, split: str) -> None:
        for known in SPLITS:
            if split == known:
                self.set_split([key], known)

    def _ask_files(self) -> None:
        names, _ = QFileDialog.getOpenFileNames(self, "Add to the set", "", _FILES)
        if names:
            self.take_files([Path(name) for name in names])

    def _files_added(self, added: Added) -> None:
        self.look_again()
        for sentence in added.refused[:3]:
            self._desktop.messages.tell(sentence)

    def _remedied(self, _: TrainingSet) -> None:
        self.look_again()

    def _apply(self, label: str, change: Callable[[TrainingSet], TrainingSet]) -> None:
        if self._edits is not None:
            self._do(partial(self._edits.apply, label, change))

    def _do(self, work: Callable[[], object]) -> None:
        try:
            work()
        except PrismDeskError as error:
            self._desktop.messages.error(error)
        self._show()
        self._check()

    def _check(self) -> None:
        if self._checking is not None:
            self._checking.forget()
            self._checking = None
        if self._edits is None:
            return
        folder, made, model_id = self._edits.folder, self._edits.now, self._model_id
        self._checking = self._desktop.background.run(
            "Checking the training set",
            lambda progress, cancelled: checks_of(
                folder,
                training_set=made,
                model_id=model_id,
                progress=progress,
                cancelled=cancelled,
            ),
            done=self._show_doubts,
            failed=self._not_checked,
            quiet=True,
            owner=self,
        )

    def _not_checked(self, error: PrismDeskError) -> None:
        self._checking = None
        self._show_doubts({})
        self._desktop.messages.error(error)

    def _show_doubts(self, doubts: Mapping[str, tuple[Doubt, ...]]) -> None:
        self._checking = None
        self.model.show_doubts(doubts)
        count = sum(bool(found) for key, found in doubts.items() if key != THE_SET)
        self.look.setVisible(bool(count))
        words = f"{count} need{'s' * (count == 1)} a look"
        self.look.show_state(words, icon_name=IconName.WARNING, kind="warning")
        of_set = [one.sentence for one in doubts.get(THE_SET, ())]
        self.of_set.setText(" ".join(of_set))
        self.of_set.setVisible(bool(of_set))

    def _show(self) -> None:
        made = self.training_set
        self.setVisible(made is not None)
        self.model.show_set(self.folder or Path(), made)
        self.model.show_doubts(None)
        self.look.hide()
        self.of_set.hide()
        if made is None:
            return
        seconds = sum(pair.length_seconds for pair in made.pairs)
        self.counts.setText(f"{made.name}: {len(made.pairs)} pairs, {length_words(seconds)}")
        assert self._edits is not None
        for button, label, verb in (
            (self.undo, self._edits.undo_label, "Undo"),
            (self.redo, self._edits.redo_label, "Redo"),
        ):
            button.setEnabled(bool(label))
            button.setToolTip(f"{verb}: {label}" if label else f"Nothing to {verb.lower()}.")
