"""A sound is heard before it is made, and ended early, from the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from prismdesk.cli.main import main
from prismdesk.media.wav import map_wav
from prismdesk.project.lookup import takes_of
from prismdesk.session.opening import open_session
from tests.media_files import PictureSpec, SoundSpec, make_film, noise

if TYPE_CHECKING:
    from pathlib import Path

    from prismdesk.media.audio import AudioBlock

RATE_HZ = 48_000
MODELS = [
    ("selva", "selva-tiny_16k", ()),
    pytest.param("audiox", "maf", ("--set", "sampler=dpmpp-3m-sde"), marks=pytest.mark.slow),
]


def run(*arguments: object) -> int:
    return main([str(argument) for argument in arguments])


def samples(path: Path) -> AudioBlock:
    with map_wav(path) as wav:
        return wav.read(0, wav.length_samples).copy()


@pytest.mark.parametrize(("engine", "variant", "more"), MODELS)
def test_a_draft_is_what_ending_there_makes_and_costs_the_take_nothing(
    engine: str,
    variant: str,
    more: tuple[str, ...],
    tmp_path: Path,
    small_checkpoints: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("PRISMDESK_MODELS", str(small_checkpoints))
    sound = SoundSpec(audio=noise(2, 3 * RATE_HZ, peak=0.2), codec="pcm_s24le")
    film = make_film(tmp_path / "film.mov", picture=PictureSpec(frames=100), sounds=[sound])
    out, draft = tmp_path / "out.mov", tmp_path / "draft.wav"

    def make(name: str, *options: object) -> Path:
        folder = tmp_path / name
        stretch = ("--from", "1s", "--to", "2s", "--prompt", "rain", "--seed", 7, "--steps", 5)
        code = run(
            *("generate", film, "--out", out, "--project", folder, "--engine", engine),
            *("--variant", variant, *stretch, *more, *options),
        )
        assert code == 0
        with open_session(folder) as session:
            (take,) = takes_of(session.project)
            return folder / take.path

    plain = make("plain")
    heard = make("heard", "--hear-at", 3, draft, "--hear-at", 40, tmp_path / "never.wav")
    told = capsys.readouterr().out
    assert f"Draft of step 3 of 5: {draft}" in told
    assert f"Step 40 was not reached; {tmp_path / 'never.wav'} was not written." in told
    np.testing.assert_array_equal(samples(heard), samples(plain))
    ended = make("ended", "--stop-at-step", 3)
    np.testing.assert_array_equal(samples(ended), samples(draft))
    assert not np.array_equal(samples(ended), samples(plain))
    assert not list((tmp_path / "heard").rglob("heard-*.wav"))


def test_what_cannot_be_heard_is_refused_before_anything_is_made(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sound = SoundSpec(audio=noise(2, 3 * RATE_HZ, peak=0.2), codec="pcm_s24le")
    film = make_film(tmp_path / "film.mov", picture=PictureSpec(frames=100), sounds=[sound])
    out = tmp_path / "out.mov"
    asked = ("fill", film, "--from", "1s", "--to", "1.5s", "--out", out, "--hear-at")
    assert run(*asked, "2", tmp_path / "draft.wav") == 2
    assert "Ambience makes its sound in one go" in capsys.readouterr().err
    assert run(*asked, "0", tmp_path / "draft.wav") == 2
    assert "--hear-at 0 is no step" in capsys.readouterr().err
    assert run(*asked, "2", tmp_path / "draft.mp3") == 2
    assert "name a .wav" in capsys.readouterr().err
    assert not out.exists()
    assert [path.name for path in tmp_path.iterdir()] == ["film.mov"]
