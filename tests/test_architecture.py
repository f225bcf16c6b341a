"""Imports run one way, and the window's process stays free of what belongs elsewhere."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import prismdesk
from tests.import_rules import ENGINE_CONTRACT, LAYERS, violations

PACKAGE_FOLDER = Path(prismdesk.__file__).parent


def test_program_keeps_its_import_rules() -> None:
    assert violations(PACKAGE_FOLDER, LAYERS) == []


@pytest.mark.parametrize(
    ("module", "line", "rule"),
    [
        ("project/model.py", "import av", "'project' never imports 'av'"),
        ("project/model.py", "import numpy as np", "'project' never imports 'numpy'"),
        ("project/store/lock.py", "from PySide6 import QtCore", "'project' never imports"),
        ("project/model.py", "from pkg.media import wav", "'project' may not import 'pkg.media"),
        ("media/wav.py", "from pkg.session import opening", "'media' may not import 'pkg.session"),
        ("media/wav.py", "import torch.nn", "'media' never imports 'torch'"),
        ("media/wav.py", "from PySide6.QtGui import QImage", "'media' never imports 'PySide6'"),
        ("engines/nets/vae.py", "from pkg.media import wav", "'engines' may not import"),
        ("engines/nets/vae.py", "from pkg.project import model", "'engines' may not import"),
        ("engines/nets/vae.py", "import PySide6", "'engines' never imports 'PySide6'"),
        ("engines/nets/vae.py", "import torchaudio", "'engines' never imports 'torchaudio'"),
        ("engines/contract.py", "import torch", "'engines.contract' never imports 'torch'"),
        ("engines/request.py", "import torch", "'engines.request' never imports 'torch'"),
        ("engines/catalogue.py", "import torch", "'engines.catalogue' never imports 'torch'"),
        ("engines/weights/places.py", "import torch", "'engines.weights' never imports 'torch'"),
        ("engines/weights/places.py", "from pkg.media import wav", "'engines.weights' may not"),
        ("engines/weights/hub.py", "import torch", "'engines.weights.hub' never imports 'torch'"),
        ("engines/weights/get.py", "import huggingface_hub", "'engines.weights' never imports"),
        ("engines/nets/t5.py", "import huggingface_hub", "'engines' never imports"),
        ("engines/nets/t5.py", "import transformers", "'engines' never imports 'transformers'"),
        ("engines/adapting/hot.py", "import peft", "'engines' never imports 'peft'"),
        ("session/models.py", "import huggingface_hub", "'session' never imports"),
        ("engines/ambience/ar.py", "import torch", "'engines.ambience' never imports 'torch'"),
        ("jobs/process.py", "from pkg.engines.ambience import engine", "'jobs' may not import"),
        ("jobs/client.py", "from PySide6 import QtCore", "'jobs' never imports 'PySide6'"),
        ("jobs/bridge.py", "import torch", "'jobs.bridge' never imports 'torch'"),
        ("session/opening.py", "from pkg.cli import main", "'session' may not import 'pkg.cli"),
        ("cli/main.py", "from PySide6 import QtWidgets", "'cli' never imports 'PySide6'"),
        ("cli/main.py", "from pkg.ui import window", "'cli' may not import 'pkg.ui"),
        ("ui/window.py", "import torch", "'ui' never imports 'torch'"),
        ("ui/window.py", "from pkg.engines.ambience import engine", "'ui' may not import"),
        ("app.py", "import transformers", "'app' never imports 'transformers'"),
        ("media/wav.py", "from . import peaks", "imports are absolute"),
        ("media/wav_utils.py", "", "the name 'wav_utils' does not say what is inside"),
        ("jobs/manager.py", "", "the name 'manager' does not say what is inside"),
        ("elsewhere/thing.py", "", "no rule says what 'elsewhere.thing' may import"),
        ("__init__.py", "from pkg.media import wav", "the package's root imports nothing of ours"),
    ],
)
def test_each_rule_catches_its_violation(module: str, line: str, rule: str, tmp_path: Path) -> None:
    package = _package(
        tmp_path, {module: f"X = 1\n\n\ndef late() -> None:\n    {line or 'pass'}\n"}
    )
    (found,) = violations(package, LAYERS)
    expected_line = 5 if line else 1
    assert found.startswith(f"pkg/{module}:{expected_line}: {rule}")


@pytest.mark.parametrize(
    ("module", "line"),
    [
        ("media/wav.py", "from pkg.project.model import Project"),
        ("engines/nets/vae.py", "import torch"),
        ("jobs/bridge.py", "from PySide6 import QtCore"),
        ("jobs/process.py", "from pkg.engines.catalogue import create_engine"),
        ("project/store/format.py", "from pkg import __version__"),
        ("ui/window.py", "from PySide6 import QtWidgets"),
        ("cli/main.py", "from pkg.app import run_window"),
        ("engines/weights/hub.py", "import huggingface_hub"),
        ("session/models.py", "from pkg.engines.weights.download import get"),
    ],
)
def test_rules_let_pass_what_they_should(module: str, line: str, tmp_path: Path) -> None:
    assert violations(_package(tmp_path, {module: line}), LAYERS) == []


def _package(tmp_path: Path, sources: dict[str, str]) -> Path:
    """Write a package `pkg` with a folder for each layer and the sources given."""
    package = tmp_path / "pkg"
    for name in ("project", "media", "engines/ambience", "jobs", "session", "cli", "ui"):
        (package / name).mkdir(parents=True)
    (package / "app.py").touch()
    for path, source in sources.items():
        (package / path).parent.mkdir(parents=True, exist_ok=True)
        (package / path).write_text(source, encoding="utf-8")
    return package


def test_command_line_starts_without_qt_and_torch() -> None:
    loaded = _loaded_after("import prismdesk.cli.main, prismdesk.__main__")
    assert loaded.isdisjoint({"PySide6", "shiboken6", "torch", "transformers", "sounddevice"})


def test_window_starts_without_torch_and_scipy() -> None:
    names = ["prismdesk.ui", *(["prismdesk.app"] if (PACKAGE_FOLDER / "app.py").exists() else [])]
    loaded = _loaded_after(f"import {', '.join(names)}")
    assert loaded.isdisjoint({"torch", "transformers", "peft", "scipy"})


def test_every_module_but_those_of_models_imports_without_torch() -> None:
    modules = sorted(
        ".".join(("prismdesk", *path.relative_to(PACKAGE_FOLDER).with_suffix("").parts))
        for path in PACKAGE_FOLDER.rglob("*.py")
        if path.stem != "__init__" and not _may_import_torch(path)
    )
    assert "torch" not in _loaded_after(f"import {', '.join(modules)}")


def _may_import_torch(path: Path) -> bool:
    first, *rest = path.relative_to(PACKAGE_FOLDER).with_suffix("").parts
    if first != "engines":
        return False
    is_contract = f"engines.{rest[0]}" in ENGINE_CONTRACT
    return not is_contract and rest[0] not in {"catalogue", "ambience", "weights"}


def test_the_network_is_out_of_reach_until_something_is_fetched() -> None:
    loaded = _loaded_after(
        "import prismdesk.cli.models, prismdesk.session.models as models; models.list_models()"
    )
    assert loaded.isdisjoint({"huggingface_hub", "httpx", "requests", "torch"})


def test_project_values_import_without_arrays_and_media() -> None:
    loaded = _loaded_after("import prismdesk.project.model, prismdesk.project.timebase")
    assert loaded.isdisjoint({"numpy", "scipy", "av", "PySide6", "torch"})


def _loaded_after(statement: str) -> set[str]:
    """Run a statement in a fresh interpreter; return the top-level modules it then holds."""
    code = f"{statement}\nimport sys\nprint(*{{name.split('.')[0] for name in sys.modules}})"
    outcome = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False
    )
    assert outcome.returncode == 0, outcome.stderr
    return set(outcome.stdout.split())
