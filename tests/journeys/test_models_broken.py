"""Weight files that are damaged, renamed or hostile cost a job and one sentence, no more."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from prismdesk.cli.main import main
from prismdesk.engines.selva.engine import SelvaEngine
from prismdesk.engines.weights.custom import CUSTOM_FILE_NAME
from prismdesk.errors import InputError
from prismdesk.jobs.messages import FailureKind
from prismdesk.jobs.states import JobState
from prismdesk.project.model import Task
from prismdesk.project.timebase import SampleRange
from prismdesk.session.asking import queue_region
from prismdesk.session.opening import create_session
from prismdesk.session.wishes import EngineWish, mark_region
from tests.checkpoints.audiox_writing import write_audiox_checkpoint
from tests.checkpoints.writing import write_checkpoint
from tests.engines.selva.asking import MovingSquare, a_request, ignore
from tests.journeys.broken_weights import (
    BROKEN_AUDIOX,
    BROKEN_SELVA,
    MAF,
    SELVA,
    Broken,
    gone,
    mark_of,
)
from tests.journeys.test_models_by_command import run_apart
from tests.media_files import PictureSpec, SoundSpec, make_film, noise

if TYPE_CHECKING:
    from pathlib import Path

    from prismdesk.jobs.states import JobSnapshot
    from prismdesk.session.session import Session

NO_JSON = next(one for one in BROKEN_AUDIOX if one.what == "no json")
RATE_HZ = 48_000
PATIENCE_SECONDS = 300


@pytest.fixture
def film(tmp_path: Path) -> Path:
    sound = SoundSpec(audio=noise(2, 2 * RATE_HZ, peak=0.2), codec="pcm_s16le")
    return make_film(tmp_path / "film.mov", picture=PictureSpec(frames=50), sounds=[sound])


def made(session: Session, variant: str, engine: str = "selva") -> JobSnapshot:
    wish = EngineWish(
        engine=engine, variant=variant, prompt="rain", seed=1, settings=(("steps", "1"),)
    )
    span = SampleRange(RATE_HZ // 2, RATE_HZ)
    region_id = mark_region(session, task=Task.INPAINT, span=span, track_number=1, wish=wish)
    job = queue_region(session, region_id)
    return session.queue.wait(job.id, timeout_seconds=PATIENCE_SECONDS)


def described(folder: Path, **changes: object) -> Path:
    """Write a whole checkpoint whose description is changed; a dotted name goes into an object."""
    path = write_checkpoint(folder, SELVA)
    about: dict[str, Any] = json.loads(path.read_text())
    for name, value in changes.items():
        *way, last = name.split("__")
        node = about
        for step in way:
            node = node[step]
        node[last] = value
    path.write_text(json.dumps(about))
    return folder


def one_line(capsys: pytest.CaptureFixture[str]) -> str:
    """What was said on standard error: one sentence, no traceback."""
    said = capsys.readouterr().err
    assert said.count("\n") == 1, said
    assert said.startswith("prismdesk: ")
    assert len(said) < 3000
    return said


@pytest.mark.slow
@pytest.mark.parametrize(
    ("every", "engine", "whole"),
    [
        (BROKEN_SELVA, "selva", "custom-selva-tiny-16k-untrained"),
        (BROKEN_AUDIOX, "audiox", "custom-audiox-tiny-maf-untrained"),
    ],
    ids=["selva", "audiox"],
)
def test_each_broken_file_is_one_sentence_and_the_next_job_is_made(
    every: tuple[Broken, ...],
    engine: str,
    whole: str,
    film: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    models = tmp_path / "models"
    monkeypatch.setenv("PRISMDESK_MODELS", str(models))
    write_checkpoint(models / "whole", SELVA)
    write_audiox_checkpoint(models / "whole of AudioX", MAF)
    wrong = []
    with create_session(film, tmp_path / "project") as session:
        for number, broken in enumerate(every):
            folder = models / f"{number:02}"
            variant = broken.write(folder)
            job = made(session, variant, engine)
            failure = job.failure
            said = "nothing" if failure is None else failure.message
            is_right = (
                failure is not None
                and failure.kind is FailureKind.BAD_INPUT
                and broken.file.rpartition("/")[2] in said
                and broken.says in said
                and "\n" not in said
                and said.endswith(".")
            )
            if not is_right:
                wrong.append(f"{broken.what} {broken.file}: {job.state} {said}")
            assert not mark_of(folder / broken.file).exists()
        assert not wrong, "\n".join(wrong)
        assert made(session, whole, engine).state is JobState.FINISHED
        assert len(list((session.folder / "takes").glob("*.wav"))) == 1


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"files__vae": "../v1-16.pth"}, "leads out of the folder"),
        ({"files__vae": "/etc/passwd"}, "leads out of the folder"),
        ({"files__t5": "flan/../../t5"}, "leads out of the folder"),
        ({"files__clip": 7}, "files.clip"),
        ({"files": []}, "files"),
        ({"variant": "../../x"}, "variant"),
        ({"hyper_parameters__rate_hz": 10**30}, "rate_hz"),
        ({"hyper_parameters__generator": "large"}, "generator"),
        ({"allows_commercial_use": "yes"}, "allows_commercial_use"),
        ({"name": "two\nlines"}, "name"),
        ({"code": "import os"}, "code"),
    ],
)
def test_a_hostile_description_is_refused_in_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], changes: dict[str, object], says: str
) -> None:
    folder = described(tmp_path / "model", **changes)
    assert main(["models", "add", str(folder)]) == 2
    assert says in one_line(capsys)
    assert main(["models", "verify", "custom-selva-tiny-16k-untrained"]) == 2
    assert "no model called" in one_line(capsys)


@pytest.mark.parametrize("text", [b"", b"\x00\xff", b"{", b"[" * 100_000, b'"text"', b"null"])
def test_a_description_that_is_no_json_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], text: bytes
) -> None:
    (described(tmp_path / "model") / CUSTOM_FILE_NAME).write_bytes(text)
    assert main(["models", "add", str(tmp_path / "model")]) == 2
    assert CUSTOM_FILE_NAME in one_line(capsys)


def test_a_description_of_a_gigabyte_is_not_read(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = described(tmp_path / "model")
    with (folder / CUSTOM_FILE_NAME).open("r+b") as file:
        file.truncate(1 << 30)
    assert main(["models", "add", str(folder)]) == 2
    assert "too large" in one_line(capsys)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("generator__depth", 10**9),
        ("generator__hidden_dim", 10**15),
        ("generator__hidden_dim", -32),
        ("generator__num_heads", 0),
        ("generator__text_tokens", "77"),
        ("generator__layers", 3),
        ("sync__depth", 10**9),
        ("sync__img_size", 10**12),
        ("sync__segment_step", 0),
        ("sync__frame_px", 10**9),
        ("vae__hidden_dim", 10**12),
        ("vae__mel_bands", 81),
        ("vocoder__upsample_rates", [2] * 10_000),
        ("vocoder__resblock_dilation_sizes", [[10**9]]),
        ("vocoder__upsample_initial_channel", 10**12),
        ("clip__vision", None),
        ("clip__vision", {"layers": 10**9, "width": 32, "patch_size": 14, "image_size": 28}),
        ("clip__embed_dim", [1]),
    ],
)
def test_absurd_sizes_are_one_sentence(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    name: str,
    value: object,
) -> None:
    folder = described(tmp_path / "models" / "one", **{f"hyper_parameters__{name}": value})
    if main(["models", "add", str(folder)]) == 2:
        said = one_line(capsys)
    else:  # Possible by itself, but no network that fits the others or the files.
        monkeypatch.setenv("PRISMDESK_MODELS", str(tmp_path / "models"))
        settings = {"steps": 1, "clip_picture": "picture"}
        with pytest.raises(InputError) as caught:
            SelvaEngine().run(
                a_request(picture=MovingSquare(), settings=settings), ignore, lambda: False
            )
        said = str(caught.value)
        assert "\n" not in said
    assert name.partition("__")[0] in said


@pytest.mark.slow
@pytest.mark.parametrize(
    "broken",
    [*BROKEN_SELVA[0:18:6], *BROKEN_AUDIOX[0:7:3], NO_JSON],
    ids=lambda broken: broken.name,
)
def test_commands_say_it_in_one_sentence_and_leave_nothing(
    film: Path, tmp_path: Path, broken: Broken
) -> None:
    folder = tmp_path / "model"
    variant = broken.write(folder)
    assert run_apart("models", "add", folder).returncode == 0
    place = (
        "--from",
        "0.5s",
        "--to",
        "1s",
        "--steps",
        1,
        "--variant",
        variant,
        "--engine",
        broken.engine,
    )
    ended = run_apart("generate", film, *place, "--out", tmp_path / "out.mov")
    assert ended.returncode == 2
    *working, said = ended.stderr.splitlines()
    assert said.startswith(f"prismdesk: {folder / broken.file} ")
    assert broken.says in said
    assert all(line.endswith("…") for line in working)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["film.mov", "model"]
    # Whether numbers are numbers is only seen when a file is loaded.
    checked = run_apart("models", "verify", variant)
    assert checked.returncode == (0 if broken.what == "nan" else 1)
    assert "Traceback" not in checked.stderr


def test_audiox_without_its_synchformer_is_not_installed_and_says_so(
    film: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "model"
    write_audiox_checkpoint(folder, MAF)
    gone(folder / MAF.files["sync"])
    assert main(["models", "add", str(folder)]) == 0
    assert "is installed now" not in capsys.readouterr().out
    out = tmp_path / "out.mov"
    variant = "custom-audiox-tiny-maf-untrained"
    place = ["--from", "0.5s", "--to", "1s", "--engine", "audiox", "--variant", variant]
    assert main(["generate", str(film), *place, "--out", str(out)]) == 1
    assert "lacks synchformer_state_dict.pth; put the files where" in one_line(capsys)
    assert main(["models", "verify", variant]) == 1
    assert "missing" in capsys.readouterr().out.casefold()
    assert not out.exists()
