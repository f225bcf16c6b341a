"""How the encoders of a checkpoint look at the film: size, shape, rate, mask. No torch."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from prismdesk.engines.picture.frame_choice import CLIP_RATE_HZ, SYNC_RATE_HZ
from prismdesk.engines.picture.seen import Look
from prismdesk.engines.selva.settings import read_settings

if TYPE_CHECKING:
    from collections.abc import Mapping

    from prismdesk.engines.capabilities import SettingValue
    from prismdesk.engines.selva.settings import SelvaSettings
    from prismdesk.engines.weights.model import Model


def model_listens(model: Model) -> bool:
    """Whether its sync encoder listens to the prompt, as SelVA's does."""
    return model.family == "selva"


def sync_geometry(settings: SelvaSettings, model: Model) -> Literal["squash", "crop"]:
    """Return how a frame becomes the square that timing is read from."""
    wish = settings.sync_geometry
    if wish == "published":
        return "squash" if model_listens(model) or settings.resize == "node" else "crop"
    return "crop" if wish == "crop" else "squash"


def sees_meaning(settings: SelvaSettings, model: Model) -> bool:
    """Whether the generator is to see what the picture shows."""
    wish = settings.clip_picture
    return wish == "picture" or (wish == "published" and not model_listens(model))


def looks_of(model: Model, given: Mapping[str, SettingValue]) -> tuple[Look, Look]:
    """Return how a checkpoint looks at the film: for timing, and for meaning.

    Args:
        model: with the sizes of its networks.
        given: settings of the region.

    Raises:
        SettingError: a setting is none of the engine's.
        KeyError: a size is missing.
    """
    settings = read_settings(given)
    sizes = model.hyper_parameters
    timing = Look(
        purpose="timing",
        rate_hz=SYNC_RATE_HZ,
        size_px=int(sizes["sync"]["frame_px"]),
        geometry=sync_geometry(settings, model),
        resize=settings.resize,
        mask_strength=settings.mask_strength if settings.mask_sync else 0.0,
    )
    meaning = Look(
        purpose="meaning",
        rate_hz=CLIP_RATE_HZ,
        size_px=int(sizes["clip"]["vision"]["image_size"]),
        geometry="squash",
        resize=settings.resize,
        mask_strength=settings.mask_strength if settings.mask_clip else 0.0,
        is_used=sees_meaning(settings, model),
    )
    return timing, meaning
