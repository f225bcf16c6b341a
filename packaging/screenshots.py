"""Take pictures of every panel and state of the window, in each theme.

    python packaging/screenshots.py OUT_FOLDER [--theme dark] [--only takes]

Draws the sample film (kept for the next time), opens it as a user does, and works on it with the
built-in engine: nothing in the pictures is made up. Works without a display.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import batch_poses
import licence_poses
import mask_poses
import model_poses
import preset_poses
import training_poses
import watch_poses
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QColor, QPainter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from prismdesk.app import Desk, make_application
from prismdesk.playback.player import Player
from prismdesk.project.edits import SeamEnd, add_marker, add_region
from prismdesk.project.edits.prompts import put_named_prompts
from prismdesk.project.ids import MarkerId, RegionId
from prismdesk.project.model import Marker, NamedPrompt, Region, RegionStatus, Task
from prismdesk.project.timebase import SampleRange
from prismdesk.session.models import add_folder
from prismdesk.session.onset_readings import take_onsets
from prismdesk.session.preferences import PreferencesFile
from prismdesk.ui.inspector.prompt_history import PromptHistory
from prismdesk.ui.preferences_dialog import SECTIONS, PreferencesDialog
from prismdesk.ui.spotting.proof import ProofPopover

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QPixmap
    from PySide6.QtWidgets import QApplication

    from prismdesk.ui.workspace import Workspace

THEMES = ("dark", "light", "contrast")
WIDTH_PX, HEIGHT_PX = 1600, 1000
QUALITY = 82
_PATIENCE_SECONDS = 300.0
_PROMPTS = (
    "gulls over a harbour, water against wood, open air",
    "slow steps on an old wooden pier, boards creak",
    "a rowing boat lands, wood on stone",
    "wind in dry reeds, far",
    "rain on a tin roof, close",
)


class Photographer:
    """Drives a desk and keeps pictures of it."""

    def __init__(self, application: QApplication, folder: Path, only: str) -> None:
        self._application = application
        self._folder = folder
        self._only = only
        self._preferences = PreferencesFile(Path(tempfile.mkdtemp()) / "preferences.json")
        self._preferences.load()
        self.desk = Desk(application, player=Player(device="null"), preferences=self._preferences)
        self._count = 0
        self.desk.show()
        self.desk.window.resize(WIDTH_PX, HEIGHT_PX)

    def take_all(self, theme: str) -> None:
        """Take every picture in a theme."""
        self._preferences.change(theme=theme, text_scale_percent=100)
        self.spin(0.5)
        self.desk.window.resize(WIDTH_PX, HEIGHT_PX)
        self.spin(0.5)
        self.theme = theme
        if self.desk.document is None:
            self.until(lambda: not self.desk.desktop.background.tasks)
            self.spin(0.2)
            self.keep("welcome")
            self.work()
        for name, pose in (
            ("main", self.pose_main),
            ("takes", self.pose_takes),
            ("take-details", self.pose_details),
            ("seams", self.pose_seams),
            ("take-again", self.pose_again),
            ("use-recipe", self.pose_use_recipe),
            ("spotting", self.pose_spotting),
            ("null-test", self.pose_null_test),
            ("jobs", self.pose_jobs),
            ("batch-plan", self.pose_batch_plan),
            ("batch", self.pose_batch),
            ("batch-summary", self.pose_batch_summary),
            ("disk-full", self.pose_disk_full),
            ("models", self.pose_models),
            ("models-at-work", self.pose_models_at_work),
            ("first-sound", self.pose_first_sound),
            ("earlier-prompts", self.pose_earlier_prompts),
            ("prompt-table", self.pose_prompt_table),
            ("hear-so-far", self.pose_hear_so_far),
            ("job-at-work", self.pose_job_at_work),
            ("no-memory", self.pose_no_memory),
            ("process-stopped", self.pose_process_stopped),
            ("mask", self.pose_mask),
            ("mask-paint", self.pose_mask_paint),
            ("mask-seen", self.pose_mask_seen),
            ("models-missing", self.pose_models_missing),
            ("models-panel", self.pose_models_panel),
            ("models-licence", self.pose_models_licence),
            ("models-loaded", self.pose_models_loaded),
            ("models-add", self.pose_models_add),
            ("weights-damaged", self.pose_weights_damaged),
            ("presets", self.pose_presets),
            ("presets-on-a-region", self.pose_presets_on_a_region),
            ("training", self.pose_training),
            ("training-new", self.pose_training_new),
            ("spectrogram", self.pose_spectrogram),
            ("samples", self.pose_samples),
            ("message", self.pose_message),
            ("gaps", self.pose_gaps),
            ("export", self.pose_export),
            ("export-report", self.pose_report),
            ("licence-refused", self.pose_refused),
            ("licence-export", self.pose_refused_export),
            ("licence-credits", self.pose_credits),
            ("licence-policy", self.pose_policy),
            ("preferences", self.pose_preferences),
            ("keys", self.pose_keys),
            ("keyboard-editor", self.pose_keyboard_editor),
            ("guide", self.pose_guide),
            ("about", self.pose_about),
        ):
            if not self._only or self._only == name:
                pose()
                self.spin(0.6)
                self.keep(name)
                self.put_back()
        if theme == "dark" and not self._only:
            self._preferences.change(text_scale_percent=200)
            self.spin(1.5)
            self.desk.window.resize(WIDTH_PX, HEIGHT_PX)
            self.spin(0.5)
            self.pose_main()
            self.spin(1.0)
            self.keep("main-200-percent")
            self.put_back()
        self._trigger("file.close")
        self.spin(0.5)

    def work(self) -> None:
        """Open the sample film, find its gaps, mend them, and make one more take."""
        self._trigger("file.sample")
        self.until(lambda: self.desk.document is not None)
        self._trigger("region.find_gaps")
        self.until(lambda: self._workspace.region_commands.dialog is not None)
        dialog = self._workspace.region_commands.dialog
        assert dialog is not None
        dialog.mend.click()
        self.until(self._is_all_made)
        self._workspace.selection.select_region(self._hole().id)
        for count in (2, 3):
            self._trigger("takes.again_new_seed")
            wanted = count
            self.until(lambda: len(self._hole().takes) >= wanted)  # noqa: B023  (waited for at once)
        self.until(lambda: not self.desk.desktop.background.tasks)
        self._count = len(self._regions())

    def pose_main(self) -> None:
        """A region selected, the playhead in it."""
        region = self._hole()
        self._workspace.selection.select_region(region.id)
        second = self._workspace.document.times.rate_hz
        self._workspace.transport.move_to(region.range.start_samples + second // 3)
        middle = (region.range.start_samples + region.range.end_samples) // 2
        self._workspace.canvas.zoom_to(
            SampleRange(max(0, middle - 3 * second), middle + 3 * second)
        )
        self._preferences.change(burn_in=True, safe_areas=True)

    def pose_takes(self) -> None:
        """The takes of a region below its lane."""
        region = self._hole()
        self._workspace.selection.select_region(region.id)
        self._workspace.transport.move_to(region.range.start_samples)
        self._trigger("view.zoom_selection")
        self._workspace.sound.take_commands.show_rows(region.id)

    def pose_details(self) -> None:
        """The page of one take."""
        self.pose_takes()
        inspector = self._workspace.sound.inspector
        inspector.show_take(self._hole().takes[-1].id)

    def pose_again(self) -> None:
        """The page of a take that was made again, with the same samples."""
        self.pose_takes()
        take, count = self._hole().takes[-1], len(self._hole().takes)
        self._workspace.sound.making.again(take.id)
        self.until(lambda: len(self._hole().takes) > count)
        self._workspace.sound.inspector.show_take(take.id)
        self.until(lambda: not self.desk.desktop.background.tasks)
        self.spin(1.0)

    def pose_use_recipe(self) -> None:
        """The question on which regions a take's recipe is to be used."""
        self.pose_details()
        self._trigger("takes.use_recipe")
        self.until(lambda: self._workspace.sound.recipe_commands.dialog is not None)

    def pose_seams(self) -> None:
        """A take's seams: its handles kept, one seam shifted, a marker to time it by."""
        self.pose_takes()
        workspace = self._workspace
        region = self._hole()
        workspace.sound.making.set_handle_frames(12)
        self._trigger("takes.again_new_seed")
        wanted = len(region.takes) + 1
        self.until(lambda: len(self._hole().takes) >= wanted)
        workspace.sound.making.set_handle_frames(0)
        take = self._hole().takes[-1]
        workspace.sound.inspector.show_take(take.id)
        onsets = take_onsets(take, workspace.document.session.sounds)
        inside = [take.sound_range.start_samples + at for at in onsets]
        inside = [at for at in inside if region.range.start_samples < at < region.range.end_samples]
        times = workspace.document.times
        at_samples = times.frame_start(times.frame_at(inside[0]) + 1) if inside else 0
        workspace.transport.move_to((region.range.start_samples + region.range.end_samples) // 2)
        marker = Marker(id=MarkerId("marker-seams"), position_samples=at_samples, name="gust")
        workspace.document.apply("Add gust", lambda project: add_marker(project, marker))
        workspace.sound.seams.shifts[SeamEnd.IN].setValue(-12)
        self.until(lambda: not workspace.sound.seam_watch.is_measuring)
        workspace.region_commands.prove(region.id)
        self.until(lambda: workspace.proofs.of(region.id) is not None)

    def pose_spotting(self) -> None:
        """The spotting list."""
        self._workspace.panels["spotting"].show_in_front()
        self._trigger("view.fit")

    def pose_null_test(self) -> None:
        """The figures of a null test."""
        self.pose_takes()
        region = self._hole()
        self._workspace.region_commands.prove(region.id)
        self.until(lambda: self._workspace.proofs.of(region.id) is not None)
        self._workspace.show_proof(region.id)

    def pose_jobs(self) -> None:
        """The queue, with a job that waits."""
        self._workspace.panels["jobs"].show_in_front()
        self._workspace.sound.bridge.set_paused(True)
        self._workspace.sound.making.make(self._regions()[1].id)
        self._trigger("view.fit")

    def pose_batch_plan(self) -> None:
        """What a batch would make."""
        batch_poses.show_plan(self._workspace)

    def pose_batch(self) -> None:
        """A batch under way."""
        batch_poses.show_under_way(self._workspace, self.until)

    def pose_batch_summary(self) -> None:
        """What became of a batch."""
        batch_poses.show_summary(self._workspace, self.until)

    def pose_disk_full(self) -> None:
        """A take that had no room on the disk."""
        batch_poses.show_full_disk(self._workspace, self.until)

    def pose_models(self) -> None:
        """A region that a model is to make, with what there is to set."""
        self._ask_model("custom-selva-tiny-44k-untrained")
        self._workspace.sound.inspector.form.settings.more.setChecked(True)

    def pose_models_at_work(self) -> None:
        """A model at work, its sound forming in the lane."""
        region = self._ask_model("custom-selva-tiny-44k-untrained")
        making, bridge = self._workspace.sound.making, self._workspace.sound.bridge
        making.make(region.id)

        def has_envelope() -> bool:
            job = bridge.newest_of_region(region.id)
            return job is not None and bool(job.progress and job.progress.envelope)

        self.until(has_envelope)

    def pose_hear_so_far(self) -> None:
        """The draft of a step is heard while the model goes on."""
        region = self._ask_model("custom-selva-tiny-44k-untrained")
        watch_poses.show_heard(self._workspace, region, self.until)

    def pose_job_at_work(self) -> None:
        """The jobs with one that a model makes."""
        region = self._ask_model("custom-selva-tiny-44k-untrained")
        watch_poses.show_at_work(self._workspace, region, self.until)

    def pose_no_memory(self) -> None:
        """Memory ran out."""
        region = self._ask_model("custom-selva-tiny-44k-untrained")
        watch_poses.show_no_memory(self._workspace, region, self.until)

    def pose_mask(self) -> None:
        """A mask that goes along with somebody."""
        region = self._ask_model("custom-selva-tiny-44k-untrained")
        mask_poses.show_drawn(self._workspace, region, self._trigger)

    def pose_mask_paint(self) -> None:
        """A painted mask, and a part taken out of it."""
        region = self._ask_model("custom-selva-tiny-44k-untrained")
        mask_poses.show_painted(self._workspace, region, self._trigger)

    def pose_mask_seen(self) -> None:
        """What the model sees, masked."""
        region = self._ask_model("selva-small_16k")
        mask_poses.show_seen(self._workspace, region, self._trigger, self.until)

    def pose_process_stopped(self) -> None:
        """The engine's process was killed."""
        region = self._ask_model("custom-selva-tiny-44k-untrained")
        watch_poses.show_killed(self._workspace, region, self.until)

    def pose_first_sound(self) -> None:
        """A region that was just made: the cursor in its prompt, what is around it, chips."""
        workspace = self._workspace
        rate, track = workspace.document.times.rate_hz, workspace.document.project.tracks[0]
        workspace.selection.clear()
        self._trigger("view.fit")
        workspace.selection.set_span(SampleRange(5 * rate, 11 * rate), [track.lanes[0].id])
        self._trigger("region.generate")
        form = workspace.sound.inspector.form
        QTest.keyClicks(form.prompt.text, "gulls over a harbour, water against wood")
        self.until(lambda: "In it:" in form.suggestions.words.text())
        self.desk.window.messages_bar.dismiss_all()

    def pose_earlier_prompts(self) -> None:
        """Earlier prompts, searched."""
        for words in _PROMPTS:
            self._preferences.remember_prompt(words)
        self._preferences.change(starred_prompts=_PROMPTS[:2])
        self.pose_first_sound()
        self._trigger("region.earlier_prompts")
        popup = self._workspace.sound.inspector.form.prompt.popup
        assert popup is not None
        QTest.keyClicks(popup.search, "wood")
        # The screen that there is without a display is smaller than the window.
        prompt = self._workspace.sound.inspector.form.prompt.text
        popup.move(prompt.mapToGlobal(QPoint(0, prompt.height())))

    def pose_prompt_table(self) -> None:
        """The project's table of prompts."""
        lines = [
            NamedPrompt(name="Gulls", prompt=_PROMPTS[0], negative_prompt="speech, music"),
            NamedPrompt(name="Pier", prompt=_PROMPTS[1], negative_prompt="speech"),
            NamedPrompt(
                name="Boat",
                prompt=_PROMPTS[2],
                engine="selva",
                variant="selva-small_16k",
                settings=(("guidance", 4.5), ("steps", 25)),
            ),
        ]
        self._workspace.document.apply("Prompts", lambda p: put_named_prompts(p, lines))
        self._workspace.selection.select_region(self._hole().id)
        self._trigger("region.prompt_table")
        table = self._workspace.prompts.table
        assert table is not None
        table.view.selectRow(1)

    def pose_models_missing(self) -> None:
        """A model whose weights aren't there."""
        region = self._ask_model("selva-large_44k")
        self._workspace.sound.making.make(region.id)

    def pose_models_panel(self) -> None:
        """The panel of models beside the picture."""
        self._workspace.selection.select_region(self._hole().id)
        self._trigger("view.models")
        self.until(lambda: bool(self._workspace.models.cards))
        self._trigger("view.fill_window")

    def pose_models_licence(self) -> None:
        """The terms that are read before a model is fetched."""
        self._workspace.panels["models"].show_in_front()
        self.until(lambda: bool(self._workspace.models.cards))
        self._workspace.models.cards["selva-large_44k"].foot.get.click()

    def pose_models_loaded(self) -> None:
        """The panel of models over the whole window, one of them in memory."""
        self._trigger("view.fill_window")
        model_poses.show_loaded(self._workspace, self.until)

    def pose_models_add(self) -> None:
        """Making a model of a file of one's own."""
        model_poses.show_adding(self._workspace, self.until)

    def pose_weights_damaged(self) -> None:
        """A weight file that changed on the disk."""
        self._trigger("view.fill_window")
        model_poses.show_damaged(self._workspace, self.until)

    def pose_presets(self) -> None:
        """The library of presets, held against a region's model."""
        region = self._ask_model(preset_poses.MODEL)
        preset_poses.show_library(self._workspace, region, self._trigger, self.until)

    def pose_training(self) -> None:
        """A run in the middle: curves, checkpoints, its set."""
        training_poses.show_run(
            self._workspace, self.desk.desktop.training, self._trigger, self.until
        )
        self.spin(0.5)
        self.until(lambda: not self.desk.desktop.background.tasks)

    def pose_training_new(self) -> None:
        """The dialog that begins a training."""
        training_poses.show_dialog(self._workspace, self._trigger, self.until)

    def pose_presets_on_a_region(self) -> None:
        """A region's stack of presets in the inspector."""
        region = self._ask_model(preset_poses.MODEL)
        preset_poses.show_stack(self._workspace, region, self.until)

    def _ask_model(self, variant: str) -> Region:
        """Mark six seconds for a model, and say what is to be heard."""
        workspace = self._workspace
        rate = workspace.document.times.rate_hz
        track = workspace.document.project.tracks[0]
        region = Region(
            id=RegionId("region-of-a-model"),
            track_id=track.id,
            lane_ids=(track.lanes[0].id,),
            range=SampleRange(3 * rate, 9 * rate),
            task=Task.GENERATE,
            name="Gulls",
            engine="selva",
            variant=variant,
            prompt="gulls over a harbour, water against wood",
            negative_prompt="speech, music",
            settings=(("steps", 200),),
        )
        workspace.document.apply("Mark Gulls", lambda project: add_region(project, region))
        workspace.selection.select_region(region.id)
        workspace.canvas.zoom_to(SampleRange(rate, 11 * rate))
        return region

    def pose_spectrogram(self) -> None:
        """The first track as a spectrogram."""
        self._trigger("view.fit")
        self._trigger("view.spectrogram")
        self.spin(2.0)

    def pose_samples(self) -> None:
        """Zoomed in to single samples."""
        region = self._regions()[0]
        start = region.range.start_samples
        self._workspace.canvas.zoom_to(SampleRange(start - 40, start + 60))

    def pose_message(self) -> None:
        """A message on a film that isn't there."""
        self.desk.open(Path("/films/Salt Road r2.mov"))
        self.spin(0.5)

    def pose_gaps(self) -> None:
        """What a scan found."""
        for region in self._regions():
            self._workspace.selection.select_region(region.id)
            self._trigger("region.remove")
        self._trigger("region.find_gaps")
        self.until(lambda: self._workspace.region_commands.dialog is not None)

    def pose_export(self) -> None:
        """The export's settings."""
        self._trigger("file.export")

    def pose_report(self) -> None:
        """What an export found when it read back what it wrote."""
        self._trigger("file.export")
        dialog = self.desk.exports.dialog
        assert dialog is not None
        out = Path(tempfile.mkdtemp()) / "Harbour, mended.mov"
        dialog.form.file.setText(str(out))
        QTest.keyClick(dialog, Qt.Key.Key_Return)
        self.until(lambda: not self.desk.exports.is_running and out.is_file())

    def pose_refused(self) -> None:
        """A model that is refused in a commercial project."""
        licence_poses.show_refusal(self._workspace, self.until)

    def pose_refused_export(self) -> None:
        """An export that is refused in a commercial project."""
        licence_poses.show_refused_export(self.desk, self._workspace, self.until)

    def pose_credits(self) -> None:
        """The report of an export with credits and licences."""
        licence_poses.show_credits(self.desk, self._workspace, self.until)

    def pose_policy(self) -> None:
        """The policy file of a company."""
        licence_poses.show_policy(self.desk)

    def pose_keyboard_editor(self) -> None:
        """The editor of keys among the preferences."""
        self._trigger("file.preferences")
        for dialog in self.desk.window.findChildren(PreferencesDialog):
            dialog.sections.setCurrentRow(SECTIONS.index("Keys"))

    def pose_about(self) -> None:
        """What the program is built on."""
        self._trigger("help.about")

    def pose_preferences(self) -> None:
        """The preferences."""
        self._trigger("file.preferences")

    def pose_keys(self) -> None:
        """The keys."""
        self._trigger("help.keys")

    def pose_guide(self) -> None:
        """The guide."""
        self._trigger("help.guide")

    def put_back(self) -> None:
        """Close what a pose opened, and undo what it changed."""
        for widget in self._application.topLevelWidgets():
            if widget is not self.desk.window and widget.isVisible():
                widget.close()
        workspace = self._workspace
        training_poses.show_nothing(self.desk.desktop.training)
        self.desk.window.messages_bar.dismiss_all()
        if self.theme_state("view.spectrogram"):
            self._trigger("view.spectrogram")
        bridge = workspace.sound.bridge
        workspace.sound.batches.cancel_rest()
        for job in bridge.jobs():
            if job.state.is_underway:
                bridge.cancel(job.id)
            else:
                bridge.clear(job.id)
        bridge.set_paused(False)
        self.until(lambda: not any(job.state.is_underway for job in bridge.jobs()))
        while not self._regions():
            workspace.document.undo()
        while len(self._regions()) != self._count and workspace.document.label_of_undo:
            workspace.document.undo()
        workspace.sound.take_commands.show_rows(None)
        workspace.selection.clear()
        self._trigger("view.fit")
        workspace.models.show_list()
        if workspace.canvas.isHidden():
            self._trigger("view.fill_window")
        workspace.panels["inspector"].show_in_front()
        self.spin(0.2)

    def theme_state(self, action_id: str) -> bool:
        """Return whether an action is on."""
        return self.desk.desktop.actions.action(action_id).isChecked()

    def keep(self, name: str) -> None:
        """Save the window, with whatever lies over it."""
        window = self.desk.window
        picture = window.grab()
        for widget in self._application.topLevelWidgets():
            if widget is not window and widget.isVisible() and isinstance(widget, QWidget):
                _lay_over(picture, widget, window)
        path = self._folder / f"{name}-{self.theme}.webp"
        picture.save(str(path), "webp", QUALITY)
        print(path)  # noqa: T201  (a script tells what it wrote)

    def spin(self, seconds: float) -> None:
        """Let the window work."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self._application.processEvents()
            time.sleep(0.005)

    def until(self, is_so: Callable[[], bool]) -> None:
        """Let the window work until something is so."""
        end = time.monotonic() + _PATIENCE_SECONDS
        while not is_so():
            if time.monotonic() > end:
                raise TimeoutError
            self.spin(0.05)

    @property
    def _workspace(self) -> Workspace:
        assert self.desk.workspace is not None
        return self.desk.workspace

    def _regions(self) -> list[Region]:
        return sorted(self._workspace.document.project.regions, key=lambda region: region.range)

    def _hole(self) -> Region:
        """Return the longest region that is mended rather than continued."""
        mended = [region for region in self._regions() if region.task is Task.INPAINT]
        return max(mended, key=lambda region: region.range.length_samples)

    def _is_all_made(self) -> bool:
        regions = self._regions()
        return bool(regions) and all(r.status is RegionStatus.REVIEW for r in regions)

    def _trigger(self, action_id: str) -> None:
        self.desk.desktop.actions.trigger(action_id)


def _lay_over(picture: QPixmap, widget: QWidget, window: QWidget) -> None:
    """Draw a dialog in the middle of the window, and a popup where it stands."""
    place, size = widget.pos() - window.pos(), widget.size()
    if not isinstance(widget, ProofPopover | PromptHistory):
        middle = window.rect().center() - QPoint(size.width() // 2, size.height() // 2)
        place = QPoint(max(0, middle.x()), max(0, middle.y()))
    painter = QPainter(picture)
    painter.drawPixmap(place, widget.grab())
    painter.setPen(QColor(128, 136, 148))
    painter.drawRect(QRect(place, size))
    painter.end()


def _add_small_models(folder: Path) -> None:
    """Make untrained models in the published layout, and settings of our own that know them."""
    from tests.small_checkpoints import main as write_small_checkpoints

    os.environ["XDG_CONFIG_HOME"] = str(folder / "settings")
    write_small_checkpoints([str(folder / "models")])
    add_folder(folder / "models")


def main() -> None:
    """Take the pictures asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--theme", choices=THEMES)
    parser.add_argument("--only", default="")
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    _add_small_models(Path(tempfile.mkdtemp()))
    application = make_application()
    photographer = Photographer(application, options.folder, options.only)
    try:
        for theme in [options.theme] if options.theme else THEMES:
            photographer.take_all(theme)
    finally:
        photographer.desk.close()


if __name__ == "__main__":
    main()
