"""Which part of the program may import which: the rules, and the reading of the imports.

``violations`` reads every module of a package with ``ast`` (imports inside functions and under
``TYPE_CHECKING`` too) and gives one line per import that breaks a rule: file, line, rule.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

QT = frozenset({"PySide6", "shiboken6", "pyqtgraph"})
TORCH = frozenset({"torch", "tokenizers", "ftfy", "peft", "accelerate", "safetensors"})
SOUND_DEVICE = frozenset({"sounddevice"})
ARRAYS_AND_MEDIA = frozenset({"numpy", "scipy", "av", "soundfile", "soxr"})
NETWORK = frozenset({"huggingface_hub", "requests", "httpx", "urllib3", "aiohttp"})
BROKEN_BESIDE_TORCH = frozenset({"torchvision", "torchaudio"})
# Seconds to import; peft brings transformers with it, for training alone.
SLOW_TO_START = frozenset({"transformers"})
FOR_TRAINING = frozenset({"peft", "accelerate"})

EMPTY_NAMES = frozenset(
    {"util", "utils", "utilities", "helper", "helpers", "manager", "managers", "misc"}
)

ENGINE_CONTRACT = (
    "engines.capabilities",
    "engines.contract",
    "engines.errors",
    "engines.request",
    "engines.sound",
)
ENGINE_DOORS = frozenset(
    {
        "engines.adapting.facts",
        *ENGINE_CONTRACT,
        "engines.adapting.description",
        "engines.catalogue",
        "engines.device_names",
        "engines.picture.seen",
        "engines.processor",
        "engines.selva.looks",
        "engines.training.course",
        "engines.training.encoded_index",
        "engines.training.evaluation_results",
        "engines.training.example_files",
        "engines.training.feature_file",
        "engines.training.memory_needs",
        "engines.training.metrics",
        "engines.training.option_specs",
        "engines.training.options",
        "engines.training.pair_input",
        "engines.training.run_files",
        "engines.training.tasks",
        "engines.training.toml_text",
        "engines.training.set_profile",
        "engines.weights",
    }
)


@dataclass(frozen=True, slots=True)
class Layer:
    """What modules under one name may import.

    ``may_import`` are names of ours, relative to the package; each stands for everything below
    it too. ``never`` are top-level names of other people's packages.
    """

    may_import: frozenset[str]
    never: frozenset[str]


_FOUNDATION = (
    "errors", "progress", "resources", "crash_report", "display", "lasting", "visible_text",
)  # fmt: skip


def _layer(
    *may_import: str, never: frozenset[str], never_besides: frozenset[str] = NETWORK
) -> Layer:
    return Layer(
        frozenset({*_FOUNDATION, *may_import}),
        never | BROKEN_BESIDE_TORCH | SLOW_TO_START | never_besides,
    )


_EVERYTHING_HEAVY = QT | TORCH | SOUND_DEVICE
_BELOW_SESSION = ("project", "media", "playback", "adapters", "interchange", *ENGINE_DOORS)

_ADAPTERS_WITHOUT_TORCH = (
    "adapter_file_error", "description", "facts", "files", "layer_names", "parts", "peft_config",
    "pickled_data", "safetensors_header", "stored_tensor", "torch_archive",
)  # fmt: skip

# The longest name that fits a module gives its layer.
LAYERS: dict[str, Layer] = {
    "errors": _layer(never=_EVERYTHING_HEAVY | ARRAYS_AND_MEDIA),
    "progress": _layer(never=_EVERYTHING_HEAVY | ARRAYS_AND_MEDIA),
    "lasting": _layer(never=_EVERYTHING_HEAVY | ARRAYS_AND_MEDIA),
    "visible_text": _layer(never=_EVERYTHING_HEAVY | ARRAYS_AND_MEDIA),
    "project": _layer("project", never=_EVERYTHING_HEAVY | ARRAYS_AND_MEDIA),
    "media": _layer("media", "project", never=_EVERYTHING_HEAVY),
    "playback": _layer("playback", "media", "project", never=QT | TORCH),
    "engines": _layer("engines", never=QT | SOUND_DEVICE | FOR_TRAINING),
    "engines.training": _layer("engines", never=QT | SOUND_DEVICE),
    **{part: _layer(*ENGINE_CONTRACT, never=_EVERYTHING_HEAVY) for part in ENGINE_CONTRACT},
    **{
        f"engines.adapting.{part}": _layer(
            *ENGINE_CONTRACT,
            *(f"engines.adapting.{other}" for other in _ADAPTERS_WITHOUT_TORCH),
            "engines.loading.other_files",
            "engines.weights",
            never=_EVERYTHING_HEAVY,
        )
        for part in _ADAPTERS_WITHOUT_TORCH
    },
    "engines.catalogue": _layer("engines", never=_EVERYTHING_HEAVY),
    "engines.processor": _layer(never=_EVERYTHING_HEAVY | ARRAYS_AND_MEDIA),
    "engines.setting_values": _layer(*ENGINE_CONTRACT, never=_EVERYTHING_HEAVY),
    "engines.audiox.offer": _layer("engines", never=_EVERYTHING_HEAVY),
    "engines.audiox.setting_specs": _layer(
        *ENGINE_CONTRACT, "engines.hosting.setting_specs", never=_EVERYTHING_HEAVY
    ),
    "engines.hosting.setting_specs": _layer(*ENGINE_CONTRACT, never=_EVERYTHING_HEAVY),
    "engines.nets.mel_bands": _layer(never=_EVERYTHING_HEAVY),
    "engines.training.evaluation_results": _layer(
        "engines.training.metrics", "engines.training.run_files", never=_EVERYTHING_HEAVY
    ),
    "engines.training.example_files": _layer(never=_EVERYTHING_HEAVY | ARRAYS_AND_MEDIA),
    "engines.training.feature_file": _layer("engines.training.pair_input", never=_EVERYTHING_HEAVY),
    "engines.training.metrics": _layer("engines.training.spectra", never=_EVERYTHING_HEAVY),
    "engines.training.pair_input": _layer(
        *ENGINE_CONTRACT, "engines.training.encoded_index", never=_EVERYTHING_HEAVY
    ),
    "engines.training.set_profile": _layer("engines.training.spectra", never=_EVERYTHING_HEAVY),
    "engines.training.spectra": _layer("engines.nets.mel_bands", never=_EVERYTHING_HEAVY),
    "engines.picture.mask_places": _layer(never=_EVERYTHING_HEAVY),
    "engines.picture.frame_choice": _layer(never=_EVERYTHING_HEAVY),
    "engines.picture.seen": _layer("engines.picture.mask_places", never=_EVERYTHING_HEAVY),
    "engines.selva.looks": _layer(
        *ENGINE_CONTRACT,
        "engines.picture.frame_choice",
        "engines.picture.seen",
        "engines.selva.settings",
        "engines.weights",
        never=_EVERYTHING_HEAVY,
    ),
    "engines.selva.settings": _layer("engines", never=_EVERYTHING_HEAVY),
    "engines.selva.offer": _layer("engines", never=_EVERYTHING_HEAVY),
    "engines.selva.setting_specs": _layer(
        *ENGINE_CONTRACT, "engines.hosting.setting_specs", never=_EVERYTHING_HEAVY
    ),
    "engines.training.course": _layer(never=_EVERYTHING_HEAVY | ARRAYS_AND_MEDIA),
    "engines.training.encoded_index": _layer(
        "engines.training.run_files", never=_EVERYTHING_HEAVY | ARRAYS_AND_MEDIA
    ),
    "engines.training.memory_needs": _layer(
        "engines.training.options", "engines.weights", never=_EVERYTHING_HEAVY | ARRAYS_AND_MEDIA
    ),
    "engines.training.option_specs": _layer(never=_EVERYTHING_HEAVY | ARRAYS_AND_MEDIA),
    "engines.training.options": _layer(
        "engines.training.option_specs", never=_EVERYTHING_HEAVY | ARRAYS_AND_MEDIA
    ),
    "engines.training.run_files": _layer(
        "engines.training.course",
        "engines.training.options",
        "engines.training.toml_text",
        never=_EVERYTHING_HEAVY | ARRAYS_AND_MEDIA,
    ),
    "engines.training.tasks": _layer(
        *ENGINE_CONTRACT,
        "engines.training.pair_input",
        "engines.training.run_files",
        never=_EVERYTHING_HEAVY,
    ),
    "engines.training.toml_text": _layer(never=_EVERYTHING_HEAVY | ARRAYS_AND_MEDIA),
    "engines.weights": _layer(
        *ENGINE_CONTRACT, "engines.weights", never=_EVERYTHING_HEAVY | ARRAYS_AND_MEDIA
    ),
    # The only door to the network.
    "engines.weights.hub": _layer(
        "engines.weights.model",
        "engines.weights.guarded_sink",
        never=_EVERYTHING_HEAVY | ARRAYS_AND_MEDIA,
        never_besides=frozenset(),
    ),
    "engines.joining": _layer("engines.joining", *ENGINE_CONTRACT, never=_EVERYTHING_HEAVY),
    "engines.ambience": _layer(
        "engines.ambience",
        "engines.joining",
        "engines.setting_values",
        *ENGINE_DOORS,
        never=_EVERYTHING_HEAVY,
    ),
    "adapters": _layer("adapters", "project", *ENGINE_DOORS, never=_EVERYTHING_HEAVY),
    "interchange": _layer("interchange", "project", "media", never=_EVERYTHING_HEAVY),
    "jobs": _layer("jobs", "adapters", "project", "media", *ENGINE_DOORS, never=_EVERYTHING_HEAVY),
    "jobs.bridge": _layer("jobs", "project", "media", *ENGINE_DOORS, never=TORCH | SOUND_DEVICE),
    "sample": _layer("sample", "project", "media", never=_EVERYTHING_HEAVY),
    "session": _layer("session", "sample", "jobs", *_BELOW_SESSION, never=_EVERYTHING_HEAVY),
    "cli": _layer("cli", "session", "sample", "jobs", "app", *_BELOW_SESSION, never=QT | TORCH),
    "ui": _layer("ui", "session", "sample", "jobs", *_BELOW_SESSION, never=TORCH),
    "before_qt": _layer("session", *_BELOW_SESSION, never=QT | TORCH),
    "app": _layer("before_qt", "ui", "session", "sample", "jobs", *_BELOW_SESSION, never=TORCH),
    "resources": _layer(never=_EVERYTHING_HEAVY | ARRAYS_AND_MEDIA),
    "display": _layer(never=_EVERYTHING_HEAVY | ARRAYS_AND_MEDIA),
    "crash_report": _layer(never=_EVERYTHING_HEAVY | ARRAYS_AND_MEDIA),
    "__main__": _layer("cli", "jobs", never=_EVERYTHING_HEAVY | ARRAYS_AND_MEDIA),
}


@dataclass(frozen=True, slots=True)
class Import:
    """One imported module (or name in a module) and the line it stands on."""

    name: str
    line: int
    is_relative: bool


def imports_of(source: str) -> Iterator[Import]:
    """Yield every import of a module's source; ``from a import b`` gives ``a.b``."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield Import(alias.name, node.lineno, is_relative=False)
        elif isinstance(node, ast.ImportFrom):
            module = node.module or ""
            for alias in node.names:
                name = f"{module}.{alias.name}" if module else alias.name
                yield Import(name, node.lineno, is_relative=node.level > 0)


def violations(package_folder: Path, layers: dict[str, Layer]) -> list[str]:
    """Return what breaks a rule in the package, as ``path:line: rule``, in order of files."""
    found: list[str] = []
    for path in sorted(package_folder.rglob("*.py")):
        found.extend(_violations_in(path, package_folder, layers))
    return found


def _violations_in(path: Path, package_folder: Path, layers: dict[str, Layer]) -> Iterator[str]:
    package = package_folder.name
    place = f"{package}/{path.relative_to(package_folder).as_posix()}"
    module = _module_name(path, package_folder)
    for part in path.relative_to(package_folder).with_suffix("").parts:
        if EMPTY_NAMES.intersection(part.split("_")):
            yield f"{place}:1: the name '{part}' does not say what is inside"
    layer_name = _longest_fitting(module, layers) if module else ""
    if layer_name is None:
        yield f"{place}:1: no rule says what '{module}' may import; add one to LAYERS"
        return
    for imported in imports_of(path.read_text(encoding="utf-8")):
        where = f"{place}:{imported.line}:"
        if imported.is_relative:
            yield f"{where} imports are absolute, never relative ('{imported.name}')"
        elif imported.name.split(".")[0] == package:
            inner = imported.name.removeprefix(package).removeprefix(".")
            # The package's own root holds no code but its version: nobody's layer.
            if layer_name and not _is_allowed(inner, layers[layer_name], package_folder):
                yield f"{where} '{layer_name}' may not import '{imported.name}'"
            elif not layer_name and inner:
                yield f"{where} the package's root imports nothing of ours ('{imported.name}')"
        elif layer_name and imported.name.split(".")[0] in layers[layer_name].never:
            yield f"{where} '{layer_name}' never imports '{imported.name.split('.')[0]}'"


def _module_name(path: Path, package_folder: Path) -> str:
    parts = list(path.relative_to(package_folder).with_suffix("").parts)
    if parts[-1] == "__init__":
        parts.pop()
    return ".".join(parts)


def _longest_fitting(module: str, names: dict[str, Layer]) -> str | None:
    fitting = [name for name in names if module == name or module.startswith(f"{name}.")]
    return max(fitting, key=len, default=None)


def _is_allowed(inner: str, layer: Layer, package_folder: Path) -> bool:
    """Whether the name is allowed; a bare attribute of the package's root always is."""
    if any(inner == name or inner.startswith(f"{name}.") for name in layer.may_import):
        return True
    first = inner.split(".")[0]
    is_ours = (package_folder / first).is_dir() or (package_folder / f"{first}.py").exists()
    return not first or not is_ours
