"""Nothing but ``engines/loading`` opens weight files or knows pickles."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import prismdesk

PACKAGE = Path(prismdesk.__file__).parent
LOADING = PACKAGE / "engines" / "loading"

RUN_CODE_WHEN_READ = {"pickle", "marshal", "shelve", "dill", "cloudpickle", "joblib"}
READ_WEIGHTS = {
    "torch.load",
    "torch.jit.load",
    "torch.hub.load",
    "safe_open",
    "load_file",
    "from_pretrained",
    "load_state_dict_from_url",
}


def doors(source: str) -> list[str]:
    """Return what a module imports or calls that reads pickles or weights."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names if alias.name in RUN_CODE_WHEN_READ]
        elif isinstance(node, ast.ImportFrom) and node.module in RUN_CODE_WHEN_READ:
            found.append(node.module)
        elif isinstance(node, ast.Call):
            called = ast.unparse(node.func)
            found += [door for door in READ_WEIGHTS if f".{called}".endswith(f".{door}")]
    return found


def test_only_the_loading_package_opens_weight_files() -> None:
    elsewhere = {
        str(path.relative_to(PACKAGE)): found
        for path in PACKAGE.rglob("*.py")
        if LOADING not in path.parents and (found := doors(path.read_text(encoding="utf-8")))
    }

    assert elsewhere == {}


def test_every_torch_load_refuses_code() -> None:
    calls = [
        node
        for path in LOADING.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "torch.load"
    ]

    assert calls
    for call in calls:
        given = {keyword.arg: ast.unparse(keyword.value) for keyword in call.keywords}
        assert given["weights_only"] == "True"


@pytest.mark.parametrize(
    "source",
    [
        "import pickle",
        "from pickle import loads",
        "import torch\ntorch.load('x')",
        "import torch\ntorch.jit.load('x')",
        "from safetensors import safe_open\nsafe_open('x', 'pt')",
        "import safetensors.torch\nsafetensors.torch.load_file('x')",
        "from transformers import T5Config\nT5Config.from_pretrained('x')",
    ],
)
def test_doors_are_found(source: str) -> None:
    assert len(doors(source)) == 1


def test_loading_of_other_things_is_no_door() -> None:
    assert doors("import json\njson.load(file)\nmodule.load_state_dict(state)\nself.load(x)") == []
