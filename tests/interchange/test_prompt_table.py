from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prismdesk.errors import InputError
from prismdesk.interchange.prompt_table import (
    PromptTableError,
    decode_prompt_table,
    read_prompt_table,
    read_settings_words,
    write_prompt_table,
)
from prismdesk.project.model import NamedPrompt

RAIN = NamedPrompt(name="Rain", prompt="heavy rain, tin roof", negative_prompt="speech")
STEPS = NamedPrompt(
    name="=Steps",
    prompt="-slow steps\non planks",
    engine="selva",
    variant="selva-small_16k",
    settings=(("guidance", 4.5), ("steps", 25), ("tiled", True)),
)


def test_what_is_written_is_read_again() -> None:
    text = write_prompt_table([RAIN, STEPS])
    assert "'=Steps" in text
    rain, steps = read_prompt_table(text)
    assert (rain.name, rain.prompt, rain.negative_prompt) == ("Rain", RAIN.prompt, "speech")
    assert (steps.name, steps.prompt) == ("=Steps", STEPS.prompt)
    assert steps.settings == (("guidance", "4.5"), ("steps", "25"), ("tiled", "on"))


def test_spreadsheets_of_other_kinds_are_read() -> None:
    text = decode_prompt_table("Prompt;NAME;colour\nrain;Wet;blue\n;;\n".encode("utf-16"))
    (line,) = read_prompt_table(text)
    assert (line.name, line.prompt, line.number) == ("Wet", "rain", 2)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "empty"),
        ("name,words\n", "no column “prompt”"),
        ("name,prompt\n,rain\n", "Line 2 has no name"),
        ("name,prompt\nA,x\na,y\n", "Line 3: the name “a”"),
        ("name,prompt,settings\nA,x,steps\n", "Line 2, column “settings”"),
    ],
)
def test_a_table_that_cant_be_read_says_where(text: str, words: str) -> None:
    with pytest.raises(PromptTableError, match=words):
        read_prompt_table(text)


def test_other_encodings_and_sizes_are_told() -> None:
    with pytest.raises(PromptTableError, match="UTF-8"):
        decode_prompt_table(b"name\xff")
    with pytest.raises(PromptTableError, match="20 MB"):
        decode_prompt_table(b" " * 20_000_001)


def test_settings_are_read_from_one_text() -> None:
    assert read_settings_words(" a=1;; b = x=y ") == (("a", "1"), ("b", "x=y"))
    with pytest.raises(InputError, match="no setting"):
        read_settings_words("=3")


@given(st.text(max_size=200))
def test_no_text_fails_but_in_one_sentence(text: str) -> None:
    try:
        read_prompt_table(text)
        read_settings_words(text)
    except InputError:
        pass
