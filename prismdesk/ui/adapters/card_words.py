"""What a preset's card says of its state, in a line, and what is asked where something lacks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from prismdesk.ui.icons import IconName

if TYPE_CHECKING:
    from prismdesk.adapters.card import Preset
    from prismdesk.ui.adapters.listing import Entry

NOT_STATED = "Not stated"
_KINDS = {"words": "learned words", "vocoder": "tuned vocoder", "residual-base": "residual base"}


@dataclass(frozen=True, slots=True, kw_only=True)
class CardState:
    """A line with an icon, and below it what follows.

    Attributes:
        words: the line.
        kind: "good", "warning", "error" or "dim".
        icon: before it.
        detail: a sentence below; "" for none.
        asks_alpha: whether the alpha is asked for.
        asks_base: whether the model is asked for.
    """

    words: str
    kind: str
    icon: IconName
    detail: str = ""
    asks_alpha: bool = False
    asks_base: bool = False

    @property
    def can_be_used(self) -> bool:
        """Whether a strength makes sense: it can be used with some model as it is."""
        return self.kind in ("good", "dim") or self.icon is IconName.PROHIBIT


def state_of_card(entry: Entry, model_name: str) -> CardState:
    """Return how a preset stands.

    Args:
        entry: the preset.
        model_name: of the selected region's model; "" for none.
    """
    preset = entry.preset
    if preset.facts is None:
        return CardState(
            words="Damaged", kind="error", icon=IconName.WARNING, detail=preset.problem
        )
    if preset.lacks_alpha:
        return CardState(
            words="File states no alpha",
            kind="warning",
            icon=IconName.INFO,
            detail="Which alpha was it trained with?",
            asks_alpha=True,
        )
    if not preset.base_model and not preset.base_sha256:
        return CardState(
            words="File names no model",
            kind="warning",
            icon=IconName.INFO,
            detail="Which model was it trained on?",
            asks_base=True,
        )
    base_name = _base_name(entry)
    if not model_name:
        return CardState(words=f"For {base_name}", kind="dim", icon=IconName.CPU)
    if not entry.misfit:
        return CardState(words="Base matches", kind="good", icon=IconName.CHECK_CIRCLE)
    if entry.base is not None and entry.base.name == model_name:
        words = "For other weights of this model"
    else:
        words = f"Made for {base_name}"
    return CardState(
        words=words,
        kind="error",
        icon=IconName.PROHIBIT,
        detail=f"Choose {base_name} to use it." if entry.base is not None else entry.misfit,
    )


def facts_line(preset: Preset) -> str:
    """Return "rank 16, alpha 32", or what it is instead."""
    if preset.facts is None:
        return ""
    if preset.kind in ("words", "vocoder"):
        return _KINDS[preset.kind]
    alpha = "unknown" if preset.alpha is None else f"{preset.alpha:g}"
    return f"rank {preset.rank}, alpha {alpha}"


def origin_line(preset: Preset) -> str:
    """Return where the training sound came from."""
    return f"Sound from: {preset.sound_from or NOT_STATED}"


def use_line(entry: Entry) -> str:
    """Return "Used in 3 regions here", and which presets hold the same."""
    count = entry.region_count
    used = "Not used here"
    if count:
        used = f"Used in {count} {'region' if count == 1 else 'regions'} here"
    return f"{used}; same as {entry.copies[0]}" if entry.copies else used


def alphas_offered(preset: Preset) -> tuple[int, int]:
    """Return the alphas that adapters are mostly trained with: the rank, and twice that."""
    return max(1, preset.rank), max(2, 2 * preset.rank)


def count_words(total: int, folders: int) -> str:
    """Return "23 presets in 2 folders"."""
    presets = f"{total:,} {'preset' if total == 1 else 'presets'}".replace(",", " ")
    if not total:
        return ""
    return f"{presets} in {folders} {'folder' if folders == 1 else 'folders'}"


def spoken(entry: Entry, state: CardState) -> str:
    """Return what a screen reader says of a card."""
    preset = entry.preset
    parts = [preset.name, state.words, *preset.trigger_words, facts_line(preset)]
    if state.can_be_used:
        parts.append(f"strength {preset.strength:.2f}")
    parts.append(use_line(entry))
    if preset.is_favourite:
        parts.append("favourite")
    return ", ".join(part for part in parts if part)


def _base_name(entry: Entry) -> str:
    if entry.base is not None:
        return entry.base.name
    return entry.preset.base_model or "a model that isn't here"
