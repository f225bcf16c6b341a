from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import numpy as np
import pytest

from prismdesk.engines.audiox.prompt_sound import prompt_sound
from prismdesk.engines.capabilities import EngineTask
from prismdesk.engines.hosting.stretch import Stretch
from prismdesk.engines.hosting.surroundings import read_surroundings
from prismdesk.engines.sampling.windows import Window
from prismdesk.progress import never_cancelled
from tests.engines.audiox.asking import asked

if TYPE_CHECKING:
    from prismdesk.engines.sound import AudioBlock

_RATE_HZ = 1000
_SAMPLES = 10 * _RATE_HZ


def heard(
    start_seconds: float,
    end_seconds: float,
    *,
    wish: str = "auto",
    channels: int = 2,
    **fields: Any,
) -> AudioBlock | None:
    """The prompt of a region in a context whose samples count up, project and model at 1 kHz."""
    context_seconds = fields.pop("context_seconds", 12.0)
    count = np.arange(round(context_seconds * _RATE_HZ), dtype=np.float32) + 1
    request = asked(
        start_seconds,
        end_seconds,
        context_seconds=context_seconds,
        rate_hz=_RATE_HZ,
        channels=channels,
        context=np.repeat(count[None], channels, axis=0),
        **fields,
    )
    stretch = Stretch(
        start_samples=0,
        end_samples=len(count),
        project_rate_hz=_RATE_HZ,
        model_rate_hz=_RATE_HZ,
        latent_rate_hz=10.0,
    )
    run = SimpleNamespace(
        request=request,
        stretch=stretch,
        settings=SimpleNamespace(audio_prompt=wish),
        keeps_surroundings=request.task is not EngineTask.GENERATE,
        monitor=SimpleNamespace(cancelled=never_cancelled),
    )
    around = read_surroundings(request, stretch, "auto", model_channels=2)
    window = Window(0, 100, 0.0, 0)
    return prompt_sound(cast("Any", run), around, window, samples=_SAMPLES)


def test_continuing_hears_what_is_before_at_the_end_of_ten_seconds() -> None:
    sound = heard(2.0, 4.0, task=EngineTask.CONTINUE)
    assert sound is not None
    assert sound.shape == (2, _SAMPLES)
    assert not sound[:, : _SAMPLES - 2000].any()
    assert sound[0, -2000:].tolist() == list(range(1, 2001))


def test_continuing_hears_no_more_than_ten_seconds_before() -> None:
    sound = heard(11.0, 12.0, task=EngineTask.CONTINUE)
    assert sound is not None
    assert (sound[0, 0], sound[0, -1]) == (1001.0, 11_000.0)


@pytest.mark.parametrize("task", [EngineTask.INPAINT, EngineTask.CONTINUE])
def test_otherwise_the_window_is_heard_with_silence_in_the_gap(task: EngineTask) -> None:
    valid = np.ones(12_000, bool)
    valid[:3000] = False
    sound = heard(0.5, 3.0, task=task, valid=valid)
    assert sound is not None
    assert not sound[:, :3000].any()
    assert sound[0, 3000:].tolist() == list(range(3001, 10_001))


def test_generating_hears_nothing_unless_it_is_asked_to() -> None:
    assert heard(2.0, 4.0) is None
    sound = heard(2.0, 4.0, wish="on")
    assert sound is not None
    assert sound[1].tolist() == list(range(1, 10_001))
    for task in EngineTask:
        assert heard(2.0, 4.0, wish="off", task=task) is None


def test_silence_is_no_prompt() -> None:
    nowhere = np.zeros(12_000, bool)
    assert heard(2.0, 4.0, task=EngineTask.INPAINT, valid=nowhere) is None


def test_mono_is_heard_on_both_sides_and_short_contexts_end_in_silence() -> None:
    sound = heard(2.0, 3.0, channels=1, wish="on", context_seconds=4.0)
    assert sound is not None
    assert np.array_equal(sound[0], sound[1])
    assert sound[0, 3999] == 4000.0
    assert not sound[:, 4000:].any()
