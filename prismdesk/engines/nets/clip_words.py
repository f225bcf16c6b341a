"""Prompts as CLIP's tokens: cleaning, then the byte-level BPE of OpenAI's vocabulary."""

from __future__ import annotations

import gzip
import html
import json
import re
import zlib
from typing import TYPE_CHECKING, NamedTuple

import ftfy
import torch
from tokenizers import Regex, Tokenizer
from tokenizers.models import BPE
from tokenizers.pre_tokenizers import ByteLevel, Sequence, Split

from prismdesk.engines.loading.state_file import CheckpointError
from prismdesk.engines.nets.tokenizer_faults import tokenizer_faults_named

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

START = "<|startoftext|>"
END = "<|endoftext|>"
_END_OF_WORD = "</w>"
_PUBLISHED_MERGES = 48894
_LARGEST_TABLE_BYTES = 64 * 2**20
_LARGEST_ID = 2**24
_GZIP = b"\x1f\x8b"
_WORDS = r"'s|'t|'re|'ve|'m|'ll|'d|\p{L}+|\p{N}|[^\s\p{L}\p{N}]+"


class _Table(NamedTuple):
    vocabulary: dict[str, int]
    merges: list[tuple[str, str]]


def cleaned(text: str) -> str:
    """Return a prompt as CLIP was taught to see it.

    Broken Unicode mended, HTML entities resolved (twice), white space single, lower case.
    """
    mended = html.unescape(html.unescape(ftfy.fix_text(text)))
    return re.sub(r"\s+", " ", mended).strip().lower()


class ClipWords:
    """Turns prompts into ids.

    Args:
        vocabulary: the published ``bpe_simple_vocab_16e6.txt.gz`` (or the same unpacked), or a
            folder with ``vocab.json`` and ``merges.txt``.

    Raises:
        CheckpointError: the vocabulary isn't there or can't be read.
    """

    def __init__(self, vocabulary: Path) -> None:
        try:
            table = _of_folder(vocabulary) if vocabulary.is_dir() else _of_merges(vocabulary)
            _check_symbols(table)
            self._start, self._end = table.vocabulary[START], table.vocabulary[END]
            with tokenizer_faults_named(str(vocabulary)):
                self._tokenizer = _tokenizer(table)
        except OSError as error:
            raise CheckpointError(
                f"CLIP's vocabulary {vocabulary} can't be read ({error.strerror or error})."
            ) from error
        except (ValueError, KeyError, EOFError, zlib.error, RecursionError) as error:
            raise CheckpointError(
                f"{vocabulary} is no vocabulary of CLIP; fetch bpe_simple_vocab_16e6.txt.gz again."
            ) from error

    def ids(self, texts: Iterable[str], *, context_length: int = 77) -> torch.Tensor:
        """Return int64 ids [B, context_length]: start, words, end, then zeros.

        What is too long is cut; the last token is then the end's.
        """
        rows = [self._row(text, context_length) for text in texts]
        return torch.tensor(rows, dtype=torch.int64).reshape(len(rows), context_length)

    def _row(self, text: str, context_length: int) -> list[int]:
        words = self._tokenizer.encode(cleaned(text), add_special_tokens=False).ids
        kept = [self._start, *words][: context_length - 1]
        return [*kept, self._end, *[0] * (context_length - 1 - len(kept))]


def byte_symbols() -> list[str]:
    """Return the printable character of each of the 256 bytes, in the order of their ids.

    Printable bytes stand for themselves and come first; the others are U+0100 upwards.
    """
    printable = [*range(33, 127), *range(161, 173), *range(174, 256)]
    return [chr(code) for code in printable] + [chr(256 + n) for n in range(256 - len(printable))]


def _of_merges(path: Path) -> _Table:
    """Make the table of a list of merges: a header, then one pair per line."""
    lines = _text_of(path).split("\n")[1 : 1 + _PUBLISHED_MERGES]
    merges = _pairs(lines)
    if not merges:
        raise ValueError("no merges")
    symbols = byte_symbols()
    tokens = [
        *symbols,
        *(symbol + _END_OF_WORD for symbol in symbols),
        *(first + second for first, second in merges),
        START,
        END,
    ]
    return _Table({token: number for number, token in enumerate(tokens)}, merges)


def _of_folder(folder: Path) -> _Table:
    vocabulary = json.loads(_text_of(folder / "vocab.json"))
    if not isinstance(vocabulary, dict) or not all(
        type(number) is int and 0 <= number < _LARGEST_ID for number in vocabulary.values()
    ):
        raise ValueError("vocab.json holds no ids by token")
    lines = _text_of(folder / "merges.txt").split("\n")
    return _Table(vocabulary, _pairs(line for line in lines if not line.startswith("#version")))


def _text_of(path: Path) -> str:
    with path.open("rb") as file:
        is_packed = file.read(len(_GZIP)) == _GZIP
    with gzip.open(path, "rb") if is_packed else path.open("rb") as file:
        content = file.read(_LARGEST_TABLE_BYTES + 1)
    if len(content) > _LARGEST_TABLE_BYTES:
        raise ValueError("far larger than a vocabulary")
    return content.decode("utf-8")


def _pairs(lines: Iterable[str]) -> list[tuple[str, str]]:
    pairs = []
    for line in lines:
        if line.strip():
            first, second = line.split()
            pairs.append((first, second))
    return pairs


def _check_symbols(table: _Table) -> None:
    known = table.vocabulary
    merged = {part for pair in table.merges for part in (*pair, "".join(pair))}
    if not known.keys() >= merged or not known.keys() >= set(byte_symbols()):
        raise ValueError("merges of unknown symbols")


def _tokenizer(table: _Table) -> Tokenizer:
    tokenizer = Tokenizer(
        BPE(
            vocab=table.vocabulary,
            merges=table.merges,
            end_of_word_suffix=_END_OF_WORD,
            fuse_unk=False,
        )
    )
    tokenizer.pre_tokenizer = Sequence(
        [
            Split(Regex(_WORDS), behavior="removed", invert=True),
            ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    )
    return tokenizer
