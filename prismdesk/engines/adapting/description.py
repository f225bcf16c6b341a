"""What an adapter's file says of itself: read from three customs of metadata, written in all."""

from __future__ import annotations

import json
import math
from dataclasses import asdict, dataclass, field, fields
from typing import TYPE_CHECKING, Any

from prismdesk.visible_text import is_steering

if TYPE_CHECKING:
    from collections.abc import Mapping

OWN_KEY = "prismdesk"
"""Under it the metadata of our files hold one JSON object with everything."""

FORMAT = 1
_LONGEST_LINE, _LONGEST_TEXT, _MOST_TAGS = 200, 10_000, 100


@dataclass(frozen=True, kw_only=True)
class AdapterDescription:
    """What people and programs want to know of an adapter; all of it may be unknown.

    Attributes:
        title: what it is called.
        description: what it is for.
        author: who made it.
        licence: of the adapter itself.
        sound_from: where the sound that it was trained on comes from, and on what terms.
        trigger: words that belong into the prompt.
        negative: words that belong into the negative prompt.
        tags: for finding it.
        strength: the one that its maker likes.
        family: ``selva`` or ``audiox``.
        base_model: id of the model that it was trained on.
        base_sha256: of that model's weight file.
        base_note: on the base, for people.
        created_utc: when, ISO 8601.
        training: the options it was trained with and what came of it, JSON values.
    """

    title: str = ""
    description: str = ""
    author: str = ""
    licence: str = ""
    sound_from: str = ""
    trigger: str = ""
    negative: str = ""
    tags: tuple[str, ...] = ()
    strength: float = 1.0
    family: str = ""
    base_model: str = ""
    base_sha256: str = ""
    base_note: str = ""
    created_utc: str = ""
    training: Mapping[str, Any] = field(default_factory=dict)


_TEXTS = ("description", "sound_from", "base_note")
_LINES = (
    "title", "author", "licence", "trigger", "negative", "family", "base_model", "base_sha256",
    "created_utc",
)  # fmt: skip
_FOREIGN_KEYS: dict[str, tuple[str, ...]] = {
    "title": ("modelspec.title", "ss_output_name"),
    "description": ("modelspec.description", "ss_training_comment"),
    "author": ("modelspec.author",),
    "licence": ("modelspec.license",),
    "trigger": ("modelspec.trigger_phrase",),
    "base_note": ("modelspec.usage_hint", "ss_base_model_version"),
    "created_utc": ("modelspec.date",),
}


def own_values(metadata: Mapping[str, str]) -> dict[str, Any]:
    """Return the JSON object that our files have in their metadata, empty if there is none."""
    try:
        found = json.loads(metadata.get(OWN_KEY, "{}"))
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def description_in(metadata: Mapping[str, str]) -> AdapterDescription:
    """Return what metadata say; ours count more than those of other programs."""
    own = own_values(metadata)
    values: dict[str, Any] = {}
    for name in (*_TEXTS, *_LINES):
        said = [own.get(name), *(metadata.get(key) for key in _FOREIGN_KEYS.get(name, ()))]
        longest = _LONGEST_TEXT if name in _TEXTS else _LONGEST_LINE
        found = (printable(one, longest) for one in said if isinstance(one, str))
        values[name] = next((one for one in found if one), "")
    tags = own.get("tags", metadata.get("modelspec.tags", "").split(","))
    if isinstance(tags, list):
        cleaned = (printable(tag, _LONGEST_LINE) for tag in tags if isinstance(tag, str))
        values["tags"] = tuple(tag for tag in cleaned if tag)[:_MOST_TAGS]
    strength, training = own.get("strength"), own.get("training")
    if isinstance(strength, int | float) and math.isfinite(strength):
        values["strength"] = max(-1.0, min(2.0, float(strength)))
    if isinstance(training, dict):
        values["training"] = training
    return AdapterDescription(**values)


def metadata_of(
    about: AdapterDescription, *, rank: int, alpha: float, kind: str, tensors_sha256: str
) -> dict[str, str]:
    """Return metadata for a file: ModelSpec's keys, those of kohya's trainers, and all as JSON.

    Args:
        about: what there is to say.
        rank: the largest of the adapter.
        alpha: what goes with that rank.
        kind: of ``AdapterFacts``.
        tensors_sha256: of the tensors.
    """
    # A strength of nothing is said too; what is left out counts as one.
    own = {name: value for name, value in asdict(about).items() if value or name == "strength"}
    own |= {"format": FORMAT, "kind": kind}
    architecture = about.base_model or about.family or "unknown"
    metadata = {
        "modelspec.sai_model_spec": "1.0.0",
        "modelspec.architecture": f"{architecture}/{'lora' if kind == 'low-rank' else kind}",
        "modelspec.implementation": "prismdesk",
        "modelspec.title": about.title or "untitled",
        "modelspec.description": about.description,
        "modelspec.author": about.author,
        "modelspec.date": about.created_utc,
        "modelspec.license": about.licence,
        "modelspec.usage_hint": about.base_note,
        "modelspec.trigger_phrase": about.trigger,
        "modelspec.tags": ", ".join(about.tags),
        "modelspec.hash_sha256": f"0x{tensors_sha256}",
        "ss_network_module": "networks.lora" if kind == "low-rank" else "",
        "ss_network_dim": str(rank) if rank else "",
        "ss_network_alpha": f"{alpha:g}" if rank else "",
        "ss_base_model_version": about.base_model,
        "ss_output_name": about.title,
        **_training_keys(about.training),
        OWN_KEY: json.dumps(own, sort_keys=True),
    }
    return {key: value for key, value in metadata.items() if value}


def _training_keys(training: Mapping[str, Any]) -> dict[str, str]:
    names = {
        "ss_learning_rate": "lr", "ss_steps": "steps", "ss_seed": "seed",
        "ss_num_train_images": "pairs", "ss_optimizer": "optimizer",
    }  # fmt: skip
    return {key: str(training[name]) for key, name in names.items() if name in training}


def printable(text: str, longest: int) -> str:
    """Return a text that shows safely: nothing that steers what shows it, and not too long."""
    kept = "".join(one for one in text[: 2 * longest] if one in "\t\n" or not is_steering(one))
    return kept.strip()[:longest]


def described_as(facts: AdapterDescription) -> AdapterDescription:
    """Return the description alone of something that has one."""
    return AdapterDescription(
        **{one.name: getattr(facts, one.name) for one in fields(AdapterDescription)}
    )
