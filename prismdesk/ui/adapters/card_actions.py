"""What the cards of presets and their menus do."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint, Qt, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFileDialog, QInputDialog, QWidget

from prismdesk.session.preset_export import export_preset
from prismdesk.ui.adapters.menu import CardMenu
from prismdesk.ui.icons import IconName
from prismdesk.ui.messages import MessageKind

if TYPE_CHECKING:
    from prismdesk.adapters.card import Preset
    from prismdesk.project.ids import RegionId
    from prismdesk.session.preset_export import Form
    from prismdesk.ui.adapters.card import PresetCard
    from prismdesk.ui.adapters.hearing import ExampleHearing
    from prismdesk.ui.adapters.use import PresetUse
    from prismdesk.ui.context import Desktop
    from prismdesk.ui.document import Document

_FILTER = "Adapters (*.safetensors)"


class CardActions(QObject):
    """Plays, stars, uses, changes, writes out and removes presets.

    Args:
        window: what dialogs stand before; owns this.
        document: the project.
        use: puts presets on regions.
        hearing: plays examples.
        desktop: the shelf of presets, long work, messages.
    """

    def __init__(
        self,
        window: QWidget,
        document: Document,
        use: PresetUse,
        hearing: ExampleHearing,
        desktop: Desktop,
    ) -> None:
        super().__init__(window)
        self._window = window
        self._document = document
        self._use = use
        self._hearing = hearing
        self._desktop = desktop
        self._shelf = desktop.presets

    def play(self, card: PresetCard) -> None:
        """Hear the example, or stop it."""
        if card.preset is not None and card.preset.example is not None:
            self._hearing.toggle(card.preset.example)

    def star(self, card: PresetCard) -> None:
        """Give a preset a star, or take it away."""
        if (preset := card.preset) is not None:
            self._shelf.change(preset, self._desktop, is_favourite=not preset.is_favourite)

    def use(self, card: PresetCard) -> None:
        """Put a preset on the selected region."""
        card.write_now()
        if card.preset is not None:
            self._use.put(card.preset)

    def set_strength(self, card: PresetCard, strength: float) -> None:
        """Keep the strength at which regions get a preset."""
        if card.preset is not None:
            self._shelf.change(card.preset, self._desktop, strength=strength)

    def set_alpha(self, card: PresetCard, alpha: float | None) -> None:
        """Say with which alpha a preset was trained; None asks for the number."""
        preset = card.preset
        if preset is None:
            return
        if alpha is None:
            alpha, is_given = QInputDialog.getDouble(
                self._window,
                "Alpha",
                f"With which alpha was {preset.name} trained?",
                float(preset.rank or 1),
                0.001,
                100_000.0,
                3,
            )
            if not is_given:
                return
        self._shelf.set_alpha(preset, alpha, self._desktop)

    def ask_base(self, card: PresetCard) -> None:
        """Ask which model a preset was trained on."""
        from prismdesk.ui.adapters.base_choice import ask_base

        preset = card.preset
        if preset is None:
            return
        model_id = ask_base(
            self._window, f"Which model was {preset.name} trained on?", preset.family
        )
        if model_id:
            self._shelf.change(preset, self._desktop, base_model=model_id)

    def open_menu(self, card: PresetCard, place: QPoint) -> None:
        """Show what else can be done with a preset."""
        card.write_now()
        entry = card.entry
        if entry is None:
            return
        menu = self.menu_of(entry.preset, entry.copies)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(card.mapToGlobal(place))

    def menu_of(self, preset: Preset, copies: tuple[str, ...] = ()) -> CardMenu:
        """Return the menu of a preset."""
        menu = CardMenu(self._desktop.theme, self._window)
        damaged = preset.problem if preset.facts is None else ""
        menu.add(
            "Use on the selected region",
            partial(self._use.put, preset),
            icon_name=IconName.PLUS,
            why_not=self._use.why_not(preset),
        )
        menu.add(
            "Use on regions…",
            partial(self._use_on, preset),
            why_not=damaged or self._why_no_regions(preset),
        )
        menu.addSeparator()
        menu.add("Card…", partial(self._edit, preset), icon_name=IconName.INFO)
        menu.add("Rename…", partial(self._rename, preset))
        menu.addSeparator()
        menu.add(
            "Export as a file…",
            partial(self._export, preset, "safetensors"),
            icon_name=IconName.EXPORT,
            why_not=damaged,
        )
        no_form = "PEFT has no form for what this is." if preset.rank == 0 else ""
        menu.add(
            "Export for PEFT…", partial(self._export, preset, "peft"), why_not=damaged or no_form
        )
        menu.add("Show in folder", partial(self._show_in_folder, preset), icon_name=IconName.FOLDER)
        if copies:
            menu.add(f"Show {copies[0]}, which is the same", partial(self._find, copies[0]))
        menu.addSeparator()
        menu.add(
            "Remove from the library",
            partial(self._shelf.remove, preset, self._desktop),
            icon_name=IconName.TRASH,
        )
        return menu

    def _why_no_regions(self, preset: Preset) -> str:
        if preset.lacks_alpha:
            return f"The file of {preset.name} states no alpha; say on its card which it was."
        return "" if self._document.project.regions else "The project has no regions."

    def _use_on(self, preset: Preset) -> None:
        from prismdesk.ui.adapters.region_choice import RegionChoice

        dialog = RegionChoice(preset, self._document.project, self._desktop.theme, self._window)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.chosen.connect(partial(self._put_on, preset))
        dialog.open()

    def _put_on(self, preset: Preset, region_ids: tuple[RegionId, ...]) -> None:
        self._use.put_on(preset, region_ids)

    def _edit(self, preset: Preset) -> None:
        from prismdesk.ui.adapters.card_dialog import CardDialog

        dialog = CardDialog(preset, self._desktop, self._window)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()

    def _rename(self, preset: Preset) -> None:
        name, is_given = QInputDialog.getText(
            self._window, "Rename", f"What is {preset.name} called?", text=preset.name
        )
        if is_given and name.strip() and name.strip() != preset.name:
            self._shelf.rename(preset, name.strip(), self._desktop)

    def _export(self, preset: Preset, form: Form) -> None:
        if form == "peft":
            folder = QFileDialog.getExistingDirectory(
                self._window, "Where does the folder for PEFT go?", str(Path.home())
            )
            out = Path(folder) / preset.name if folder else None
        else:
            start = str(Path.home() / f"{preset.name}.safetensors")
            name, _ = QFileDialog.getSaveFileName(self._window, "Export", start, _FILTER)
            out = Path(name).with_suffix(".safetensors") if name else None
        if out is not None:
            # Who names a file was asked about replacing it already.
            may_replace = form == "safetensors"
            self._shelf.work(
                f"Exporting {preset.name}",
                lambda _, cancelled: export_preset(
                    preset, out, form=form, overwrite=may_replace, cancelled=cancelled
                ),
                self._desktop,
                done=self._tell_exported,
            )

    def _tell_exported(self, path: Path) -> None:
        def show() -> None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(path.parent)))

        self._desktop.messages.tell(
            f"{path.name} was written.",
            f"It lies in {path.parent}, with its card.",
            kind=MessageKind.GOOD,
            buttons=(("Show in folder", show),),
        )

    def _show_in_folder(self, preset: Preset) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(preset.path.parent)))

    def _find(self, name: str) -> None:
        found = [one for one in self._shelf.presets if one.name == name]
        if found:
            self._shelf.show(found[0].reference)
