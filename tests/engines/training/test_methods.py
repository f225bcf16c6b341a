from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from prismdesk.engines.adapting.facts import content_sha256, facts_of
from prismdesk.engines.training.options import OptionError, default_options, methods_of
from tests.engines.selva.asking import SELVA
from tests.engines.training.method_runs import MethodRun
from tests.engines.training.tiny import Hands

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.usefixtures("small_models")

METHODS: tuple[dict[str, Any], ...] = (
    {"method": "words", "lr": 1e-2},
    {"method": "vocoder", "lr": 1e-3},
)


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("shared")


def _last(run: MethodRun) -> str:
    return content_sha256(run.folder.checkpoint_files()[-1].adapter)


@pytest.mark.parametrize("given", METHODS)
def test_what_was_paused_goes_on_to_the_same_preset(
    tmp_path: Path, shared: Path, given: dict[str, Any]
) -> None:
    unbroken = MethodRun(tmp_path / "a", SELVA, shared, **given)
    assert unbroken.trainer().run() == "finished"
    broken = MethodRun(tmp_path / "b", SELVA, shared, **given)
    assert broken.trainer(Hands({3: ["pause"]})).run() == "paused"
    assert broken.trainer().run() == "finished"
    assert _last(broken) == _last(unbroken)
    first = unbroken.folder.checkpoint_files()[0].adapter
    assert content_sha256(first) != _last(unbroken)


@pytest.mark.parametrize("given", METHODS)
def test_a_preset_of_the_method_lowers_the_held_out_loss(
    tmp_path: Path, shared: Path, given: dict[str, Any]
) -> None:
    run = MethodRun(tmp_path, SELVA, shared, **given, steps=12, save_every=12, example_count=1)
    run.trainer().run()
    course = run.folder.course()
    assert course.held_out[-1].loss < 0.9999 * course.held_out[0].base_loss
    assert [one.step for one in course.examples] == [0, 12]
    heard = [(run.folder.path / one.path).read_bytes() for one in course.examples]
    assert heard[0] != heard[1]
    facts = facts_of(run.folder.checkpoint_files()[-1].adapter)
    assert (facts.kind, facts.family, facts.base_model) == (given["method"], "selva", SELVA)


def test_other_methods_are_refused_for_audiox() -> None:
    assert methods_of("audiox") == ("lora",)
    for method in ("words", "vocoder"):
        with pytest.raises(OptionError, match="for SelVA and MMAudio only"):
            default_options("audiox", method)
