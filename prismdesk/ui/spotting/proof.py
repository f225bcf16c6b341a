"""Null tests of regions: what was found, kept while it is true, and shown with its figures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QFormLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from prismdesk.ui.theme import Theme, scaled_px, ui_font

if TYPE_CHECKING:
    from collections.abc import Callable

    from prismdesk.media.region_proof import RegionProof
    from prismdesk.project.ids import RegionId
    from prismdesk.project.model import Region
    from prismdesk.ui.document import Document

_THIN_SPACE = "\u202f"


class Proofs(QObject):
    """Keeps the last null test of each region; one that no longer speaks of it is dropped.

    ``changed`` carries the region's id.
    """

    changed = Signal(object)

    def __init__(self, document: Document, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self._proofs: dict[RegionId, RegionProof] = {}
        document.changed.connect(self._drop_outdated)

    def add(self, proof: RegionProof) -> None:
        """Keep what a test found, if the region is still as it was tested."""
        self._proofs[proof.region.id] = proof
        self._drop_outdated()
        if proof.region.id in self._proofs:
            self.changed.emit(proof.region.id)

    def of(self, region_id: RegionId) -> RegionProof | None:
        """Return what the last test of a region found; None if it has changed since."""
        return self._proofs.get(region_id)

    def _drop_outdated(self) -> None:
        regions = {region.id: region for region in self._document.project.regions}
        for region_id, proof in list(self._proofs.items()):
            region = regions.get(region_id)
            if region is None or not speaks_of(proof, region):
                del self._proofs[region_id]
                self.changed.emit(region_id)


def speaks_of(proof: RegionProof, region: Region) -> bool:
    """Whether a proof is of the region as it is now: same lanes, same range, same sound."""
    then = proof.region
    return _heard(then) == _heard(region)


def _heard(region: Region) -> tuple[object, ...]:
    places = {take.id: (take.region, take.gain_db) for take in region.takes}
    heard = tuple(places[segment.take_id] for segment in region.comp)
    return (region.lane_ids, region.range, region.comp, region.comp_fade_samples, heard)


class ProofPopover(QFrame):
    """The figures of a null test, shown beside the badge; Escape or a click elsewhere closes it.

    Args:
        proof: what was found.
        theme: the colours.
        test_again: makes the test once more.
        parent: the window.
    """

    def __init__(
        self,
        proof: RegionProof,
        theme: Theme,
        test_again: Callable[[], object],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setObjectName("proof")
        self.setStyleSheet(
            f"QFrame#proof {{ background: {theme.raised}; border: 1px solid {theme.line_strong};"
            " border-radius: 6px; }"
        )
        title = QLabel(
            "Identical outside the region" if proof.passed else "Different outside the region"
        )
        title.setFont(ui_font(15, bold=True))
        title.setStyleSheet(f"color: {theme.good if proof.passed else theme.error};")
        self.setAccessibleName(title.text())
        about = QLabel("The mix with this region, minus the mix without it.")
        about.setFont(ui_font(11))
        about.setStyleSheet(f"color: {theme.dim};")
        again = QPushButton("Test again")
        again.clicked.connect(lambda: (self.close(), test_again()))
        copy = QPushButton("Copy figures")
        copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(proof.to_text()))
        buttons = QHBoxLayout()
        buttons.addWidget(again)
        buttons.addWidget(copy)
        buttons.addStretch()
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 14, 16, 14)
        column.setSpacing(scaled_px(10))
        column.addWidget(title)
        column.addWidget(about)
        column.addLayout(_figures(proof))
        column.addLayout(buttons)


def _figures(proof: RegionProof) -> QFormLayout:
    form = QFormLayout()
    form.setHorizontalSpacing(24)
    form.setVerticalSpacing(8)
    loudest = "none, digital zero" if proof.passed else f"{proof.outside.peak_dbfs:.1f} dBFS"
    for name, value in (
        (
            "Compared outside",
            f"{_counted(proof.outside.samples)} samples in each of {proof.channels} channels",
        ),
        ("Different", _counted(proof.outside.different_samples)),
        ("Loudest difference", loudest),
        (
            "Changed inside",
            f"{_counted(proof.inside.different_samples)} of "
            f"{_counted(proof.inside.samples)} samples, fades included",
        ),
    ):
        label = QLabel(value)
        label.setFont(ui_font(12))
        label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        form.addRow(name, label)
    return form


def _counted(count: int) -> str:
    return f"{count:,}".replace(",", _THIN_SPACE)
