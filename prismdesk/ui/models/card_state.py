"""How a model stands, in one or two words and as a sentence. No Qt."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from prismdesk.session.model_words import size_words
from prismdesk.ui.icons import IconName
from prismdesk.ui.models.work import WorkKind, share_words

if TYPE_CHECKING:
    from prismdesk.engines.weights.verification import FileCheck
    from prismdesk.session.licences import Refusal
    from prismdesk.session.models import ListedModel
    from prismdesk.ui.models.work import ModelWork

NOT_LOADED = -1.0


@dataclass(frozen=True, slots=True)
class CardState:
    """All that decides how a model's card looks.

    Attributes:
        listed: the model, and what of it is here.
        refusal: why the project mustn't use it; None if it may.
        work: what is fetched or read of it now.
        error: the sentence in which fetching it ended.
        is_paused: the user held its fetching.
        checks: what reading its files again found.
        is_known_damaged: a job found a file of it damaged.
        loaded: the share of it that is in memory, 1 for all; ``NOT_LOADED`` if none is wanted.
    """

    listed: ListedModel
    refusal: Refusal | None = None
    work: ModelWork | None = None
    error: str = ""
    is_paused: bool = False
    checks: tuple[FileCheck, ...] = ()
    is_known_damaged: bool = False
    loaded: float = NOT_LOADED

    @property
    def is_damaged(self) -> bool:
        """Whether a file of it is known to be wrong."""
        return self.is_known_damaged or any(not check.is_good for check in self.checks)

    @property
    def is_here(self) -> bool:
        """Whether it could be used, but for terms and damage."""
        return self.listed.state.is_installed

    @property
    def is_loaded(self) -> bool:
        """Whether all of it is in memory."""
        return self.loaded >= 1.0

    @property
    def is_loading(self) -> bool:
        """Whether it is being put into memory."""
        return NOT_LOADED < self.loaded < 1.0

    @property
    def can_fetch(self) -> bool:
        """Whether what is missing has a publisher."""
        missing = self.listed.state.missing
        return bool(missing) and all(file.repository for file in missing)

    @property
    def is_begun(self) -> bool:
        """Whether something of it was fetched and more is to come."""
        listed = self.listed
        return (
            self.is_paused
            or bool(self.error)
            or (bool(listed.partial_bytes) and listed.is_accepted)
        )

    @property
    def kept_bytes(self) -> int:
        """How much of it is on the disk, whole files and begun ones."""
        return self.listed.state.present_bytes + self.listed.partial_bytes

    @property
    def whole_bytes(self) -> int:
        """How large all of it is."""
        return self.listed.state.present_bytes + self.listed.state.missing_bytes

    def pill(self) -> tuple[str, IconName, str]:
        """Return the state in a word or two, its icon, and its kind: good, warning, error."""
        if self.work is not None:
            name = IconName.CLOCK if self.work.kind is WorkKind.WAITING else IconName.SPINNER
            return self.work.short_words(), name, ""
        if self.is_damaged:
            return "File damaged", IconName.WARNING, "error"
        if self.is_here:
            return self._pill_of_installed()
        if self.is_paused:
            return "Paused", IconName.PAUSE, "warning"
        if self.is_begun or self.listed.partial_bytes:
            return "Broken off", IconName.PAUSE, "warning"
        if self.listed.state.present_bytes:
            return "Partly here", IconName.CIRCLE_DASHED, ""
        return "Not installed", IconName.DOWNLOAD, ""

    def _pill_of_installed(self) -> tuple[str, IconName, str]:
        if self.refusal is not None:
            return "Refused here", IconName.PROHIBIT, "error"
        if self.is_loading:
            return "Loading…", IconName.SPINNER, ""
        if self.is_loaded:
            return "Loaded", IconName.CHECK_CIRCLE, "good"
        return "Ready", IconName.CHECK_CIRCLE, "good"

    def amount(self) -> str:
        """Say how much of it is here or is to be fetched."""
        if self.work is not None:
            return self.work.words()
        if self.is_loading:
            return f"Loading, {100 * self.loaded:.0f} %"
        if self.is_here:
            own = self.listed.model.custom_folder is not None
            return f"{size_words(self.listed.state.present_bytes)} on disk{', yours' * own}"
        if self.kept_bytes:
            return f"{share_words(self.kept_bytes, self.whole_bytes)} kept"
        missing = size_words(self.listed.state.missing_bytes)
        return f"{missing} to get" + (", for other projects" if self.refusal else "")

    def why_not_used(self, why_no_region: str) -> str:
        """Say in a sentence why the selected region can't be made with it; empty if it can."""
        if not self.is_here:
            return "Not installed; get it first."
        if self.is_damaged:
            return "A file of it is damaged; get the damaged part first."
        if self.refusal is not None:
            return self.refusal.sentence
        return why_no_region

    def why_not_warmed(self, why_not: str) -> str:
        """Say in a sentence why it can't be loaded now; empty if it can."""
        if self.is_damaged:
            return "A file of it is damaged; get the damaged part first."
        return why_not
