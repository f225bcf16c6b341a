"""A user's way with AudioX from the command line: every task, and what each listens to."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from prismdesk.media.verify import null_test
from prismdesk.media.wav import map_wav
from prismdesk.project.model import Task
from prismdesk.session.opening import open_session
from tests.engines.selva.asking import difference
from tests.journeys.test_models_by_command import RATE_HZ, project_in, run, run_apart
from tests.media_files import PictureSpec, SoundSpec, make_film, noise

if TYPE_CHECKING:
    from pathlib import Path

    import numpy.typing as npt

    from prismdesk.project.model import Take

KINDS = ("base", "maf", "maf-mmdit")
MAF = "custom-audiox-tiny-maf-untrained"
SECONDS = 4
HEARD = 1e-3


@pytest.fixture(autouse=True)
def small_models(small_checkpoints: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Small checkpoints in the place where this program keeps its own."""
    monkeypatch.setenv("PRISMDESK_MODELS", str(small_checkpoints))


@pytest.fixture
def film(tmp_path: Path) -> Path:
    return write_film(tmp_path / "film.mov")


def write_film(path: Path, *, before: int = 1, inside: int = 1, after: int = 1) -> Path:
    """Write a film with noise of a seed each before, within and after its second second."""
    parts = [
        noise(2, seconds * RATE_HZ, seed=seed, peak=peak)
        for seconds, seed, peak in (
            (1, before, 0.2 / before),
            (1, 10 + inside, 0.2 / inside),
            (SECONDS - 2, 20 + after, 0.2 / after),
        )
    ]
    sound = SoundSpec(audio=np.concatenate(parts, axis=1), codec="pcm_s24le")
    return make_film(path, picture=PictureSpec(frames=25 * SECONDS), sounds=[sound])


class Maker:
    """Gives the commands with one checkpoint, always two quick steps from the same seed."""

    def __init__(self, film: Path, folder: Path, variant: str) -> None:
        self.film = film
        self.variant = variant
        self.folder = folder
        assert run("new", film, "--project", folder) == 0

    def made(self, command: str, *arguments: object) -> npt.NDArray[np.float32]:
        """Return the samples of the first take that a command makes."""
        known = {take.id for take in self.takes()}
        asked: tuple[object, ...] = ()
        if "--vary" not in arguments:
            ends = ("--from", "1s", "--to", "2s")
            where = ("--at", "1s", "--by", 1) if command == "extend" else ends
            asked = (*where, "--engine", "audiox", "--variant", self.variant)
        seed = () if "--seed" in arguments else ("--seed", 5)
        steps = ("--steps", 2, "--set", "sampler=dpmpp-2m")
        out = self.folder / "made.mov"
        out.unlink(missing_ok=True)
        assert run(command, self.folder, *asked, *steps, *seed, *arguments, "--out", out) == 0
        spans = [region.range for region in project_in(self.folder).regions]
        assert null_test(self.film, out, spans, rate_hz=RATE_HZ).passed
        take = next(take for take in self.takes() if take.id not in known)
        return self.samples(take)

    def takes(self) -> list[Take]:
        return [take for region in project_in(self.folder).regions for take in region.takes]

    def samples(self, take: Take) -> npt.NDArray[np.float32]:
        with open_session(self.folder) as session, map_wav(session.folder / take.path) as wav:
            return wav.read(0, wav.length_samples).copy()


def test_a_variant_by_its_bare_name_makes_fills_and_carries_on(film: Path, tmp_path: Path) -> None:
    out, folder = tmp_path / "out.mov", tmp_path / "project"
    asked = ("--engine", "audiox", "--variant", "maf", "--steps", 2)
    made = run_apart(
        *("generate", film, "--from", "1s", "--to", "2s", *asked, "--prompt", "rain"),
        *("--negative", "speech", "--takes", 2, "--seed", 5, "--project", folder, "--out", out),
    )
    assert made.returncode == 0, made.stderr
    assert "not for commercial use" in made.stdout
    draft = ("--engine", "audiox", "--variant", "MAF", "--set", "preset=draft", "--no-picture")
    filled, longer = tmp_path / "filled.mov", tmp_path / "longer.mov"
    assert run("fill", folder, "--from", "2.2s", "--to", "2.5s", *draft, "--out", filled) == 0
    assert run("extend", folder, "--at", "3s", "--by", 1, *asked, "--out", longer) == 0

    project = project_in(folder)
    takes = {region.task: region.takes for region in project.regions}
    assert {task: len(of_task) for task, of_task in takes.items()} == {
        Task.GENERATE: 2,
        Task.INPAINT: 1,
        Task.CONTINUE: 1,
    }
    first, second = takes[Task.GENERATE]
    assert (first.provenance.seed, second.provenance.seed) == (5, 6)
    assert first.provenance.saw_picture
    assert not takes[Task.INPAINT][0].provenance.saw_picture
    assert "25 steps of unipc-2" in takes[Task.INPAINT][0].note
    for of_task in takes.values():
        for take in of_task:
            assert take.provenance.variant == MAF
            assert not take.provenance.allows_commercial_use
            assert "CC BY-NC 4.0" in take.provenance.licence
            with map_wav(folder / take.path) as wav:
                samples = wav.read(0, wav.length_samples)
            assert samples.shape == (2, take.region.length_samples)
            assert np.abs(samples).max() > 1e-2
            assert not np.array_equal(samples[0], samples[1])  # stereo
    spans = [region.range for region in project.regions]
    assert null_test(film, longer, spans, rate_hz=RATE_HZ).passed


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_words_picture_sound_and_seed_are_heard(kind: str, film: Path, tmp_path: Path) -> None:
    """Of nothing, words, picture, sound and all at once, each makes another sound."""
    maker = Maker(film, tmp_path / "project", kind)
    rain, sound = ("--prompt", "rain"), ("--set", "audio_prompt=on", "--set", "mel_span=none")
    blind = ("--no-picture",)
    ways = {
        "words": maker.made("generate", *rain, *blind),
        "other words": maker.made("generate", "--prompt", "a slow song for strings", *blind),
        "unwanted words": maker.made("generate", *rain, "--negative", "speech", *blind),
        "words, other seed": maker.made("generate", *rain, *blind, "--seed", 6),
        "picture": maker.made("generate"),
        "words and picture": maker.made("generate", *rain),
        "sound": maker.made("generate", *blind, *sound),
        "words, picture and sound": maker.made("generate", *rain, *sound),
    }
    again = maker.made("generate", *rain, *blind)
    assert np.array_equal(again, ways["words"])
    names = list(ways)
    alike = [
        (one, other)
        for number, one in enumerate(names)
        for other in names[number + 1 :]
        if difference(ways[one], ways[other]) < 1e-4
    ]
    assert alike == []


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_filling_hears_what_is_around_and_not_what_it_replaces(kind: str, tmp_path: Path) -> None:
    def filled(film: Path, **settings: float) -> npt.NDArray[np.float32]:
        stated = {"softness": 0.0, **settings}
        given = [word for one, value in stated.items() for word in ("--set", f"{one}={value}")]
        folder = tmp_path / f"{film.stem} {len(list(tmp_path.iterdir()))}"
        return Maker(film, folder, kind).made("fill", "--no-picture", *given)

    film = write_film(tmp_path / "film.mov")
    inside = write_film(tmp_path / "inside.mov", inside=2)
    around = write_film(tmp_path / "around.mov", before=2, after=2)
    plain = filled(film)
    replaced = difference(plain, filled(inside))
    assert replaced < 1e-4
    assert difference(plain, filled(around)) > 0.1
    # Begun from what was there, or held to it for a while, it is heard.
    assert difference(filled(film, strength=0.1), filled(inside, strength=0.1)) > 10 * replaced
    assert difference(plain, filled(film, marination=0.9)) > 1e-2


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_carrying_on_hears_what_came_before(kind: str, tmp_path: Path) -> None:
    sounds = []
    for number in (1, 2):
        film = write_film(tmp_path / f"{number}.mov", before=number)
        sounds.append(Maker(film, tmp_path / f"{number}", kind).made("extend", "--no-picture"))
    assert difference(*sounds) > HEARD


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_a_variation_stays_the_nearer_the_less_it_is_asked_to_change(
    kind: str, film: Path, tmp_path: Path
) -> None:
    maker = Maker(film, tmp_path / "project", kind)
    original = maker.made("generate", "--prompt", "rain")
    (take,) = maker.takes()
    near, far = (
        maker.made("generate", "--vary", take.id, "--seed", 9, "--set", f"noise_level={level}")
        for level in (0.3, 100)
    )
    assert 0 < difference(original, near) < difference(original, far)
    assert maker.takes()[-1].provenance.varied_take_id == take.id
