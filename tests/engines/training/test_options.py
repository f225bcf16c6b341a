from __future__ import annotations

import math
import tomllib
from dataclasses import fields
from typing import Any

import pytest

from prismdesk.engines.training.option_specs import OPTION_SPECS, spec_of
from prismdesk.engines.training.options import (
    OptionError,
    TrainingOptions,
    default_options,
    from_mapping,
    methods_of,
    options_for,
    to_mapping,
    usual_targets,
)
from prismdesk.engines.training.toml_text import toml_text


def test_every_option_is_described_once() -> None:
    names = [spec.name for spec in OPTION_SPECS]

    assert sorted(names) == sorted(field.name for field in fields(TrainingOptions))
    assert all(spec.label and spec.help.endswith(".") for spec in OPTION_SPECS)


@pytest.mark.parametrize(
    ("family", "method"),
    [(family, method) for family in ("selva", "audiox") for method in methods_of(family)],
)
def test_options_outlive_a_toml_file(family: str, method: str) -> None:
    options = from_mapping(
        {"targets": ["attn.qkv", "linear1"]}, start=default_options(family, method)
    )

    read = tomllib.loads(toml_text(to_mapping(options)))

    assert from_mapping(read, start=TrainingOptions()) == options


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"rank": 0}, "'rank' of training can't be 0; it is 1 to 256"),
        ({"rank": 2.5}, "'rank'"),
        ({"rank": True}, "'rank'"),
        ({"steps": 10**400}, "'steps' of training can't be 1"),
        ({"lr": math.nan}, "'lr'"),
        ({"lr": "quick"}, "'lr' of training can't be 'quick'; it is 1e-06 to 0.01"),
        ({"start": "olora"}, "it is standard or pissa"),
        ({"rank_stabilised": "maybe"}, "it is true or false"),
        ({"targets": [""]}, "it is names of layers"),
        ({"ranks": 4}, "no option 'ranks'"),
    ],
)
def test_what_cannot_be_is_told_with_its_range(given: dict[str, Any], words: str) -> None:
    with pytest.raises(OptionError, match=words.replace("(", r"\(")):
        from_mapping(given, start=TrainingOptions())


def test_typed_words_become_values() -> None:
    given = {"rank": "32", "lr": "3e-4", "rank_stabilised": "off", "targets": "attn.qkv, linear1"}

    options = from_mapping(given, start=TrainingOptions())

    assert (options.rank, options.lr, options.rank_stabilised) == (32, 3e-4, False)
    assert options.targets == ("attn.qkv", "linear1")


def test_alpha_left_open_is_twice_the_rank() -> None:
    plain = TrainingOptions(rank=16, rank_stabilised=False)

    assert plain.scale == 2.0
    assert TrainingOptions(rank=16).scale == 8.0
    assert TrainingOptions(rank=16, alpha=16, rank_stabilised=False).scale == 1.0


def test_start_from_components_has_no_dropout() -> None:
    assert TrainingOptions(start="pissa", dropout=0.2).dropout_used == 0.0
    assert TrainingOptions(start="standard", dropout=0.2).dropout_used == 0.2


def test_families_begin_as_their_authors_advise() -> None:
    selva, audiox = default_options("selva"), default_options("audiox")

    assert (selva.start, selva.rank_stabilised, selva.condition_drop) == ("pissa", True, 0.0)
    assert (audiox.start, audiox.alpha, audiox.condition_drop) == ("standard", 16.0, 0.1)
    assert spec_of("inpainting_share").families == ("audiox",)
    assert usual_targets("selva") == ("attn.qkv",)
    assert "cross_attn.to_kv" not in usual_targets("mmdit")


def test_larger_sets_are_trained_longer_and_larger_cards_in_larger_batches() -> None:
    steps = [options_for("selva", "large_44k", count, None).steps for count in (5, 15, 40, 200)]
    gib = 1 << 30
    batches = [options_for("selva", "large_44k", 40, size * gib).batch for size in (8, 12, 24)]

    assert steps == sorted(steps)
    assert len(set(steps)) == 4
    assert batches == [1, 4, 16]
    assert options_for("selva", "large_44k", 40, 8 * gib).gradient_checkpointing
    assert options_for("selva", "small_16k", 3, 24 * gib).batch == 3
