from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from prismdesk.engines.weights.catalogue import model_of
from prismdesk.engines.weights.places import ModelState
from prismdesk.engines.weights.verification import FileCheck
from prismdesk.session.model_words import (
    channels_words,
    checks_words,
    missing_words,
    other_licences,
    stated_at,
    verdict_words,
)

MODEL = model_of("selva-small_16k")
FILE = MODEL.files["generator"]


@pytest.mark.parametrize(
    ("words", "address"),
    [
        ("LICENSE of github.com/openai/CLIP", "https://github.com/openai/CLIP"),
        (
            "model card of huggingface.co/nvidia/bigvgan_v2_44khz_128band_512x",
            "https://huggingface.co/nvidia/bigvgan_v2_44khz_128band_512x",
        ),
        ("README of github.com/a/b.c, for its files", "https://github.com/a/b.c"),
        ("in github.com/a/b.", "https://github.com/a/b"),
        ("file:///etc/passwd", ""),
        ("https://elsewhere.example/licence", ""),
        ("notgithub.community/a/b", ""),
        ("", ""),
    ],
)
def test_only_pages_of_publishers_are_led_to(words: str, address: str) -> None:
    assert stated_at(replace(MODEL.licence_code, where_stated=words)) == address


def test_what_is_missing_is_told_shortly() -> None:
    state = ModelState(
        is_installed=False, missing=(FILE,), present_bytes=0, missing_bytes=11_300_000_000
    )
    assert missing_words(state) == "Not installed: 11 GB to fetch."
    own = replace(state, missing=(replace(FILE, repository=""),))
    assert missing_words(own) == "Not installed: it lacks files of its own."


def test_licences_of_other_files_are_named_with_them() -> None:
    named = {licence.name: names for names, licence in other_licences(MODEL)}
    assert named["Apple ML research (apple-amlr)"] == ("open_clip_pytorch_model.bin",)
    assert all(licence.id != MODEL.licence_weights.id for _, licence in other_licences(MODEL))
    told = verdict_words(MODEL)
    assert told == "The strictest rules: no licence is stated. Treated as non-commercial."


def test_channels_are_words() -> None:
    assert [channels_words(count) for count in (1, 2, 6)] == ["mono", "stereo", "6 channels"]


def test_checks_are_told_in_a_sentence() -> None:
    path = Path("/models/generator.pth")
    right, unknown = FileCheck(FILE, path, "right"), FileCheck(FILE, path, "unknown")
    assert checks_words([right, right]) == "2 files read again: every checksum is right."
    assert checks_words([right, unknown]).endswith("for 1 file no checksum is known.")
    bad = [FileCheck(FILE, path, "wrong"), FileCheck(FILE, None, "missing")]
    assert checks_words([right, *bad]) == (
        f"/models/generator.pth is damaged: its checksum is another; {FILE.file_name} is missing."
    )
