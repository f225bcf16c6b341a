"""The files behind the presets that a region names, checked before anything is queued."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prismdesk.adapters.library import NoSuchPresetError
from prismdesk.engines.errors import AdapterRefusedError
from prismdesk.progress import IsCancelled, never_cancelled
from prismdesk.session.preset_fit import fits, unusable, why_unfit
from prismdesk.session.presets import find_preset

if TYPE_CHECKING:
    from prismdesk.adapters.card import Preset
    from prismdesk.project.model import Region

Adapters = tuple[tuple[str, float], ...]


def adapter_files(
    region: Region, variant: str, cancelled: IsCancelled = never_cancelled
) -> tuple[tuple[str, str], ...]:
    """Return (absolute path, SHA-256 of the content) of each adapter that a region sounds with.

    Args:
        region: what is to be made.
        variant: id of the checkpoint that will make it.
        cancelled: asked while the checkpoint's weights are read, where their checksum decides.

    Raises:
        AdapterRefusedError: one isn't here, can't be used, or belongs to another model.
        Cancelled: as told.
    """
    found = []
    for reference, _ in region.sounding_adapters:
        preset = preset_of(reference)
        if reason := unusable(preset) or why_unfit(preset, region.engine, variant, cancelled):
            raise AdapterRefusedError(reason)
        found.append((str(preset.path.absolute()), preset.content_sha256))
    return tuple(found)


def refusal_of_adapters(adapters: Adapters, engine: str, variant: str) -> str:
    """Say in a sentence why a model can't make sound with adapters; "" if it can.

    Only checksums that are known already count, as for ``preset_fit.fits``.
    """
    for reference, _ in adapters:
        try:
            preset = preset_of(reference)
        except AdapterRefusedError as error:
            return str(error)
        if reason := fits(preset, engine, variant):
            return reason
    return ""


def preset_of(reference: str) -> Preset:
    """Return the preset that a region means.

    Raises:
        AdapterRefusedError: it isn't in the library, or its name there means several.
    """
    try:
        return find_preset(reference)
    except NoSuchPresetError as error:
        raise AdapterRefusedError(str(error)) from error
