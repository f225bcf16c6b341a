from __future__ import annotations

import gzip
import hashlib
import json
from typing import TYPE_CHECKING

import pytest

from prismdesk.engines.loading.state_file import CheckpointError
from prismdesk.engines.nets.clip_words import ClipWords, byte_symbols, cleaned
from prismdesk.resources import resource_path

if TYPE_CHECKING:
    from pathlib import Path

VOCABULARY = resource_path("clip/bpe_simple_vocab_16e6.txt.gz")
TINY_MERGES = "header\nd o\ndo g</w>\nc a\n"


@pytest.fixture(scope="module")
def words() -> ClipWords:
    return ClipWords(VOCABULARY)


def before_padding(words: ClipWords, text: str) -> list[int]:
    row: list[int] = words.ids([text])[0].tolist()
    return row[: row.index(49407) + 1]


def test_bundled_vocabulary_is_the_published_one() -> None:
    digest = hashlib.sha256(VOCABULARY.read_bytes()).hexdigest()

    assert digest == "924691ac288e54409236115652ad4aa250f48203de50a9e4722a6ecd48d6804a"


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("", [49406, 49407]),
        ("a Dog  barking & loud", [49406, 320, 1929, 32676, 261, 7464, 49407]),
        ("Footsteps on gravel, wind", [49406, 27289, 525, 27054, 267, 3630, 49407]),
        ("café door — slam!", [49406, 15304, 2489, 2005, 10131, 256, 49407]),
        (
            "it's 1234 bells &amp;amp; drums",
            [49406, 585, 568, 272, 273, 274, 275, 12811, 261, 11690, 49407],
        ),
        ("schÃ¶n", [49406, 844, 7255, 333, 49407]),
        ("“quotes”", [49406, 257, 5808, 257, 49407]),
    ],
)
def test_published_prompts_give_the_published_ids(
    words: ClipWords, text: str, ids: list[int]
) -> None:
    assert before_padding(words, text) == ids


def test_rows_are_padded_with_zeros(words: ClipWords) -> None:
    row = words.ids(["a dog"])[0]

    assert row.shape == (77,)
    assert row[4:].tolist() == [0] * 73


def test_long_prompts_are_cut_and_still_end(words: ClipWords) -> None:
    exactly, longer = words.ids(["dog " * 75, "dog " * 200]).tolist()

    assert exactly == longer == [49406, *[1929] * 75, 49407]


def test_control_words_typed_into_a_prompt_are_ordinary_text(words: ClipWords) -> None:
    assert words.ids(["a <|endoftext|> b"])[0].tolist().count(49407) == 1


def test_cleaning_leaves_single_spaces_and_lower_case() -> None:
    assert cleaned("  A\n\tDog\u2003BARKS ") == "a dog barks"


def test_entities_are_resolved_twice_where_a_bracket_keeps_the_mending_from_it() -> None:
    assert cleaned("rain < wind &amp;amp; hail") == "rain < wind & hail"
    assert cleaned("rain < wind &amp;amp;amp; hail") == "rain < wind &amp; hail"


def test_unpacked_merges_and_folders_give_the_same_ids(tmp_path: Path) -> None:
    (tmp_path / "merges.txt").write_text(TINY_MERGES, encoding="utf-8")
    symbols = [*byte_symbols(), *(symbol + "</w>" for symbol in byte_symbols())]
    tokens = [*symbols, "do", "dog</w>", "ca", "<|startoftext|>", "<|endoftext|>"]
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "vocab.json").write_text(json.dumps({token: i for i, token in enumerate(tokens)}))
    (folder / "merges.txt").write_text(TINY_MERGES.replace("header", "#version: 0.2"))

    of_merges = ClipWords(tmp_path / "merges.txt").ids(["dog cat"], context_length=8)
    of_folder = ClipWords(folder).ids(["dog cat"], context_length=8)

    assert of_merges.tolist() == of_folder.tolist()
    assert of_merges[0].tolist() == [515, 513, 514, 256 + ord("t") - 33, 516, 0, 0, 0]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<!doctype html><html><body>Not found</body></html>",
        gzip.compress(b"header\n" + b"\xff\xfe\x00", mtime=0)[:-3],
        b"header\none two three\n",
        b"header\nzz zz\n",
        b"\x1f\x8b garbage",
    ],
)
def test_other_files_are_refused_by_name(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "bpe_simple_vocab_16e6.txt.gz"
    path.write_bytes(content)

    with pytest.raises(CheckpointError, match="bpe_simple_vocab_16e6"):
        ClipWords(path)


@pytest.mark.parametrize(
    "vocabulary", ["[]", "{}", '{"a": -1}', '{"a": "x"}', '{"a": 1e99}', '{"a": 99999999999}', "{"]
)
def test_folders_that_hold_no_vocabulary_are_refused(tmp_path: Path, vocabulary: str) -> None:
    (tmp_path / "vocab.json").write_text(vocabulary)
    (tmp_path / "merges.txt").write_text(TINY_MERGES)

    with pytest.raises(CheckpointError, match="no vocabulary"):
        ClipWords(tmp_path)


def test_a_bomb_of_zeros_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "bomb.gz"
    with gzip.open(path, "wb", compresslevel=1) as file:
        for _ in range(80):
            file.write(bytes(2**20))

    with pytest.raises(CheckpointError, match="no vocabulary"):
        ClipWords(path)


def test_missing_vocabulary_is_named(tmp_path: Path) -> None:
    with pytest.raises(CheckpointError, match=r"nothing\.gz can't be read"):
        ClipWords(tmp_path / "nothing.gz")
