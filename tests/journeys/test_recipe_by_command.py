"""A recipe copied as a command line, run in a shell, gives the take's samples."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from prismdesk.cli.main import main
from prismdesk.project.edits import add_region
from prismdesk.project.ids import MaskId, RegionId
from prismdesk.project.lookup import takes_of
from prismdesk.project.model import Region, Task
from prismdesk.project.picture_mask import DrawnMask, MaskBox, MaskKeyFrame, MaskShape
from prismdesk.project.timebase import SampleRange
from prismdesk.session.asking import queue_takes
from prismdesk.session.making import wait_for_takes
from prismdesk.session.masks import import_mask
from prismdesk.session.opening import create_session, open_session
from prismdesk.session.recipes import command_line
from prismdesk.session.take_check import compare_takes
from prismdesk.session.variations import RecipeChanges, vary_take
from tests.media_files import PictureSpec, SoundSpec, make_film, noise
from tests.stills import write_grey

if TYPE_CHECKING:
    from pathlib import Path

    from prismdesk.project.model import Provenance, Take

RATE_HZ = 48_000
PATIENCE_SECONDS = 300
ELLIPSE = DrawnMask(
    id=MaskId("mask-1"),
    shape=MaskShape.ELLIPSE,
    key_frames=(MaskKeyFrame(box=MaskBox(x=0.51234, y=0.4, width=0.2, height=0.3)),),
    feather=0.125,
)


@pytest.fixture
def film(tmp_path: Path) -> Path:
    """Four seconds of picture and sound."""
    sound = SoundSpec(audio=noise(2, 4 * RATE_HZ, peak=0.2), codec="pcm_s24le")
    return make_film(tmp_path / "film.mov", picture=PictureSpec(frames=100), sounds=[sound])


def in_a_shell(line: str, folder: Path) -> None:
    """Run a line as a shell does, with this program's own interpreter as ``prismdesk``."""
    program = folder / "bin"
    program.mkdir(exist_ok=True)
    script = program / "prismdesk"
    script.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m prismdesk "$@"\n')
    script.chmod(0o755)
    environment = os.environ | {"PATH": f"{program}{os.pathsep}{os.environ['PATH']}"}
    done = subprocess.run(
        ["/bin/sh", "-c", line],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE_SECONDS,
    )
    assert done.returncode == 0, done.stderr


def but_for_masks(take: Take) -> Provenance:
    return replace(take.provenance, drawn_masks=())


@pytest.mark.slow
def test_copied_commands_give_the_same_samples(
    film: Path, tmp_path: Path, small_checkpoints: Path
) -> None:
    assert main(["models", "add", str(small_checkpoints / "selva-tiny_16k")]) == 0
    folder = tmp_path / "it's a project"
    with create_session(film, folder) as session:
        track = session.project.tracks[0]
        still = write_grey(tmp_path / "mask.png", np.eye(8, dtype=np.uint8) * 255)
        region = Region(
            id=RegionId("region-1"),
            track_id=track.id,
            lane_ids=(track.lanes[0].id,),
            range=SampleRange(RATE_HZ + 17, 2 * RATE_HZ),
            task=Task.GENERATE,
            engine="selva",
            variant="custom-selva-tiny-16k-untrained",
            prompt='rain; $HOME isn\'t "far" – грав',
            negative_prompt="speech, music",
            settings=(("guidance", 4.123456789), ("mask_sync", False), ("steps", 2)),
            masks=(import_mask(folder, still),),
            drawn_masks=(ELLIPSE,),
            seed=7,
        )
        session.store.apply("Mark", lambda p: add_region(p, region))
        job = queue_takes(session, session.project, region, takes=2, handle_samples=4801)
        second = wait_for_takes(session, job)[1]
        changes = RecipeChanges(settings=(("strength", "0.375"),), seed=3)
        (varied,) = wait_for_takes(session, vary_take(session, second.id, changes=changes))
        session.store.save()
        lines = [
            command_line(session.project, take, session.store.path) for take in (second, varied)
        ]
    assert "--batch-seeds 7,8" in lines[0]
    for line in lines:
        in_a_shell(line, tmp_path)
    with open_session(folder) as session:
        assert [one.id for one in session.project.regions] == ["region-1"]
        *_, of_second, of_varied = takes_of(session.project)
        for take, copied in ((second, of_second), (varied, of_varied)):
            assert compare_takes(folder, take, copied).is_identical
            # Masks that were typed have ids of their own.
            assert but_for_masks(copied) == but_for_masks(take)
