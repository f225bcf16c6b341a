from math import sqrt

import numpy as np
import pytest

from prismdesk.media.channels import downmix_matrix, layout_of
from prismdesk.media.errors import MediaError
from prismdesk.project.model import ChannelLayout as Layout

H = sqrt(0.5)


@pytest.mark.parametrize("layout", list(Layout))
def test_equal_layouts_pass_unchanged(layout: Layout) -> None:
    np.testing.assert_array_equal(downmix_matrix(layout, layout), np.eye(layout.channels))


def test_surround_to_stereo_is_the_standard_s() -> None:
    np.testing.assert_allclose(
        downmix_matrix(Layout.SURROUND_5_1, Layout.STEREO),
        [[1, 0, H, 0, H, 0], [0, 1, H, 0, 0, H]],
        atol=1e-7,
    )


def test_surround_to_mono_is_the_standard_s() -> None:
    matrix = downmix_matrix(Layout.SURROUND_5_0, Layout.MONO)
    np.testing.assert_allclose(matrix, [[H, H, 1, 0.5, 0.5]], atol=1e-7)


def test_mono_reaches_both_sides_at_unity_and_a_centre_alone() -> None:
    np.testing.assert_array_equal(downmix_matrix(Layout.MONO, Layout.STEREO), [[1], [1]])
    np.testing.assert_array_equal(
        downmix_matrix(Layout.MONO, Layout.SURROUND_5_1), [[0], [0], [1], [0], [0], [0]]
    )


def test_stereo_keeps_to_its_sides_in_surround() -> None:
    matrix = downmix_matrix(Layout.STEREO, Layout.SURROUND_7_1)
    np.testing.assert_array_equal(matrix[:2], np.eye(2))
    assert not matrix[2:].any()


def test_four_surrounds_fold_into_two() -> None:
    matrix = downmix_matrix(Layout.SURROUND_7_1, Layout.SURROUND_5_1)
    names = Layout.SURROUND_7_1.channel_names
    assert matrix[4].tolist() == [float(name in ("Ls", "Lb")) for name in names]


@pytest.mark.parametrize("source", list(Layout))
@pytest.mark.parametrize("target", list(Layout))
def test_nothing_but_lfe_is_lost_and_sides_stay(source: Layout, target: Layout) -> None:
    matrix = downmix_matrix(source, target)
    for column, name in enumerate(source.channel_names):
        heard = {target.channel_names[row] for row in np.flatnonzero(matrix[:, column])}
        assert heard or name == "LFE"
        if name[0] in "LR" and name != "LFE" and target is not Layout.MONO:
            assert {to[0] for to in heard} == {name[0]}


@pytest.mark.parametrize(
    ("name", "channels", "layout"),
    [
        ("mono", 1, Layout.MONO),
        ("stereo", 2, Layout.STEREO),
        ("downmix", 2, Layout.STEREO),
        ("5.1(side)", 6, Layout.SURROUND_5_1),
        ("5.0(side)", 5, Layout.SURROUND_5_0),
        ("7.1(wide)", 8, Layout.SURROUND_7_1),
        ("6 channels", 6, Layout.SURROUND_5_1),
        ("4 channels", 4, Layout.QUAD),
    ],
)
def test_names_of_the_decoder_are_known(name: str, channels: int, layout: Layout) -> None:
    assert layout_of(name, channels) is layout


@pytest.mark.parametrize("channels", [0, 9, 64])
def test_other_counts_are_refused(channels: int) -> None:
    with pytest.raises(MediaError, match="channels"):
        layout_of(f"{channels} channels", channels)
