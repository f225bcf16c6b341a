from __future__ import annotations

import pytest
import torch

from prismdesk.engines.nets import snake
from prismdesk.engines.nets.snake import (
    REACH_SAMPLES,
    AntiAliasedSnake,
    low_pass_taps,
    up_snake_down,
    up_snake_down_plain,
)
from tests.engines.nets.small_sound_nets import relative_error


def _learned(channels: int) -> tuple[torch.Tensor, torch.Tensor]:
    return torch.randn(channels, 1).exp(), torch.randn(channels, 1).exp()


def test_taps_are_the_published_numbers() -> None:
    half = [0.00202896469, 0.00938946567, -0.0255434588, -0.0576573834, 0.128572583, 0.443209797]

    assert low_pass_taps() == pytest.approx([*half, *reversed(half)], abs=1e-7)


@pytest.mark.parametrize("length", [1, 2, 3, 5, 6, 7, 33, 400])
@pytest.mark.parametrize("batch", [1, 3])
def test_quick_way_equals_plain_way(length: int, batch: int) -> None:
    torch.manual_seed(length)
    x = 3.0 * torch.randn(batch, 4, length)
    frequency, gain = _learned(4)

    result = up_snake_down(x, frequency, gain)

    assert relative_error(result, up_snake_down_plain(x, frequency, gain)) < 1e-6


@pytest.mark.parametrize("length", [1, 2, 9, 100])
def test_convolutions_of_groups_equal_shifted_sums(length: int) -> None:
    torch.manual_seed(length)
    padded = torch.randn(2, 3, length + 12)

    by_shifts, by_groups = snake._up_by_shifts(padded), snake._up_by_groups(padded)
    halved = torch.empty(2, 3, length)
    snake._down_by_shifts(by_shifts, halved)

    torch.testing.assert_close(by_groups, by_shifts)
    torch.testing.assert_close(snake._down_by_groups(by_shifts), halved)


@pytest.mark.parametrize("samples_in_cache", [1, 70, 200])
def test_channels_in_parts_equal_all_at_once(
    samples_in_cache: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    x = torch.randn(2, 5, 30)
    learned = _learned(5)
    at_once = up_snake_down(x, *learned)
    monkeypatch.setattr(snake, "_SAMPLES_IN_CACHE", samples_in_cache)

    assert torch.equal(up_snake_down(x, *learned), at_once)


def test_input_is_left_as_it_was() -> None:
    x = torch.randn(1, 2, 20)
    before = x.clone()

    up_snake_down(x, *_learned(2))

    assert torch.equal(x, before)


def test_part_of_a_longer_row_is_taken() -> None:
    whole = torch.randn(1, 2, 60)
    learned = _learned(2)

    result = up_snake_down(whole[..., 7:40], *learned)

    torch.testing.assert_close(result, up_snake_down(whole[..., 7:40].clone(), *learned))


def test_sample_reaches_five_to_either_side() -> None:
    x = torch.zeros(1, 1, 41)
    x[..., 20] = 1.0
    one = torch.ones(1, 1)

    touched = (up_snake_down(x, one, one) - up_snake_down(0.0 * x, one, one)).abs() > 0

    reached = touched[0, 0].nonzero().flatten()
    assert reached.min().item() == 20 - REACH_SAMPLES
    assert reached.max().item() == 20 + REACH_SAMPLES


def test_logarithms_are_exponentiated_only_where_they_are() -> None:
    x = torch.randn(1, 3, 30)
    numbers = torch.rand(3) + 0.5
    logarithmic, linear = AntiAliasedSnake(3), AntiAliasedSnake(3, log_scale=False)
    logarithmic.load_state_dict({"act.alpha": numbers.log(), "act.beta": numbers.log() + 1.0})
    linear.load_state_dict({"act.alpha": numbers, "act.beta": numbers * torch.e})

    with torch.no_grad():
        torch.testing.assert_close(linear(x), logarithmic(x))


def test_snake_without_beta_uses_its_frequency_as_size() -> None:
    x = torch.randn(1, 3, 30)
    alpha = torch.randn(3)
    one, two = AntiAliasedSnake(3, with_beta=False), AntiAliasedSnake(3)
    one.load_state_dict({"act.alpha": alpha})
    two.load_state_dict({"act.alpha": alpha, "act.beta": alpha})

    with torch.no_grad():
        assert torch.equal(one(x), two(x))
        torch.testing.assert_close(one.plain(x), two(x), rtol=1e-4, atol=1e-5)
