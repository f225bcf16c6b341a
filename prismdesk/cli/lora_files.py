"""``prismdesk lora import``, ``export``, ``merge``, ``set`` and ``remove``: presets as files."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from prismdesk.adapters.finding import PEFT_CONFIG
from prismdesk.adapters.sidecar import NO_SIDECAR, Sidecar
from prismdesk.errors import InputError
from prismdesk.project.store.folder import PRESETS
from prismdesk.session.adapter_wishes import read_adapters
from prismdesk.session.preset_carrying import bring_into_library
from prismdesk.session.preset_editing import remove as remove_preset
from prismdesk.session.preset_editing import rename, set_alpha, set_fields
from prismdesk.session.preset_export import export_preset, merge_presets
from prismdesk.session.preset_import import import_folder, import_preset
from prismdesk.session.presets import find_preset
from prismdesk.session.project_presets import presets_in, project_folder_of

if TYPE_CHECKING:
    import argparse

    from prismdesk.cli.terminal import Interrupt, ProgressLine
    from prismdesk.session.preset_import import Imported


def bring_in(options: argparse.Namespace, progress: ProgressLine, interrupt: Interrupt) -> int:
    """Put an adapter, or all in a folder, into the library; a project's presets as they are."""
    card = Sidecar(**_card(options))
    progress.begin(f"Reading {options.source.name}")
    says_more = options.name or options.alpha is not None or options.base or card != NO_SIDECAR
    folder = None if says_more else project_folder_of(options.source)
    if folder is not None:
        presets = presets_in(folder, interrupt)
        if not presets:
            raise InputError(f"No presets lie in {folder / PRESETS}; nothing was brought in.")
        done = bring_into_library(presets, progress, interrupt)
        return _tell_brought(done, progress)
    if options.source.is_dir() and not (options.source / PEFT_CONFIG).is_file():
        if options.name:
            raise InputError("--name is for one preset; leave it out for a folder of several.")
        done = import_folder(
            options.source,
            alpha=options.alpha,
            base=options.base or "",
            card=card,
            cancelled=interrupt,
        )
        return _tell_brought(done, progress)
    preset = import_preset(
        options.source,
        name=options.name or "",
        alpha=options.alpha,
        base=options.base or "",
        card=card,
        cancelled=interrupt,
    )
    progress.clear()
    print(f"{preset.reference}  {preset.path}")
    return 0


def _tell_brought(done: Imported, progress: ProgressLine) -> int:
    progress.clear()
    for preset in done.presets:
        print(f"{preset.reference}  {preset.path}")
    for sentence in done.refused:
        print(f"prismdesk: {sentence}", file=sys.stderr)
    if done.refused:
        return 1 if done.presets else 2
    return 0


def write_out(options: argparse.Namespace, progress: ProgressLine, interrupt: Interrupt) -> int:
    """Write a preset for others."""
    preset = find_preset(options.preset)
    progress.begin(f"Writing {preset.name}")
    target = export_preset(
        preset,
        options.out,
        form=options.form,
        overwrite=options.overwrite,
        cancelled=interrupt,
    )
    progress.clear()
    print(target)
    return 0


def merge(options: argparse.Namespace, progress: ProgressLine, interrupt: Interrupt) -> int:
    """Make a model of a model with presets in its weights."""
    adapters = read_adapters(options.adapters)
    progress.begin("Merging")
    folder = merge_presets(
        options.model,
        adapters,
        options.out,
        name=options.name or "",
        progress=lambda part: progress.show("Merging", part, None),
        cancelled=interrupt,
    )
    progress.clear()
    print(f"{folder}\nMake a model of it with `prismdesk models add {folder}`.")
    return 0


def change(options: argparse.Namespace, progress: ProgressLine, interrupt: Interrupt) -> int:
    """Change what a preset's card says, its name, or its alpha."""
    preset = find_preset(options.preset)
    fields = _card(options)
    if options.base:
        fields["base_model"] = options.base
    if options.favourite is not None:
        fields["is_favourite"] = options.favourite
    if not fields and options.alpha is None and not options.name:
        raise InputError("Say what is to be changed, such as --tag wood or --licence CC0.")
    if fields:
        preset = set_fields(preset, **fields)
    if options.alpha is not None:
        progress.begin(f"Writing {preset.name}")
        preset = set_alpha(preset, options.alpha, interrupt)
        progress.clear()
    if options.name:
        preset = rename(preset, options.name)
    print(f"{preset.reference or preset.name}  {preset.path}")
    return 0


def remove(options: argparse.Namespace, progress: ProgressLine, interrupt: Interrupt) -> int:
    """Take a preset out of the library."""
    preset = find_preset(options.preset)
    folder = remove_preset(preset)
    print(f"{preset.name} is out of the library; its files are in {folder}")
    return 0


def _card(options: argparse.Namespace) -> dict[str, Any]:
    """Return what the options say of a preset, by the names of its card."""
    names = (
        "licence", "sound_from", "author", "description", "notes", "trigger", "negative",
        "strength",
    )  # fmt: skip
    said = {name: getattr(options, name) for name in names if getattr(options, name) is not None}
    if options.commercial is not None:
        said["allows_commercial_use"] = options.commercial == "yes"
    if options.tags is not None:
        said["tags"] = tuple(tag for tag in options.tags if tag)
    return said
