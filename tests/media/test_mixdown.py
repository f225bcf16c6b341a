from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prismdesk.media.errors import MediaError
from prismdesk.media.fades import fade_in_gains, fade_out_gains
from prismdesk.media.lanes import apply_matrix
from prismdesk.media.mixdown import lane_sound, mix_blocks, sounding_takes
from prismdesk.project.ids import ClipId, LaneId, MediaId, RegionId, TrackId
from prismdesk.project.model import ChannelLayout, Fade, FadeShape, Project
from prismdesk.project.timebase import SampleRange
from tests.media.fake_sounds import ArraySound, ArraySounds, bits, noise
from tests.media.mix_projects import (
    DX,
    clip,
    lane,
    media,
    project,
    provenance,
    region,
    take,
    track,
    with_region,
)

if TYPE_CHECKING:
    from prismdesk.media.audio import AudioBlock

FILM_SOUND = noise(2, 10_000)
ALL = SampleRange(0, 10_000)


def sounds(**takes: AudioBlock) -> ArraySounds:
    return ArraySounds(
        {("film", 0): ArraySound(FILM_SOUND)},
        {id_: ArraySound(audio) for id_, audio in takes.items()},
    )


def mix(
    edited: Project, library: ArraySounds, span: SampleRange = ALL, **options: Any
) -> AudioBlock:
    return np.concatenate(list(mix_blocks(edited, library, span, **options)), axis=1)


def test_untouched_film_comes_out_bit_for_bit() -> None:
    film = project(track(lane(clip(0, 10_000))))
    assert bits(mix(film, sounds(), block_samples=999)) == bits(FILM_SOUND)


def test_places_without_sound_are_positive_zero() -> None:
    film = project(track(lane(clip(100, 50)), gain_db=-3.0))
    heard = mix(film, sounds(), SampleRange(0, 400))
    assert not np.signbit(heard[:, :100]).any()
    assert not heard[:, 150:].any()
    assert not np.signbit(heard[:, 150:]).any()


def test_split_clips_on_other_lanes_and_tracks_keep_their_bits() -> None:
    film = project(
        track(lane(clip(0, 3000)), lane(clip(3000, 3000), id_="b"), id_="one"),
        track(lane(clip(6000, 4000), id_="c"), id_="two", bus_id=DX),
    )
    assert bits(mix(film, sounds(), block_samples=512)) == bits(FILM_SOUND)


def test_lanes_and_tracks_are_summed() -> None:
    film = project(track(lane(clip(0, 100)), lane(clip(0, 100, source=500), id_="b")))
    expected = FILM_SOUND[:, :100] + FILM_SOUND[:, 500:600]
    np.testing.assert_array_equal(mix(film, sounds(), SampleRange(0, 100)), expected)


def test_gains_of_clip_track_and_bus_multiply() -> None:
    film = project(track(lane(clip(0, 100, gain_db=6.0)), gain_db=-2.0))
    film = replace(film, buses=tuple(replace(bus, gain_db=-1.0) for bus in film.buses))
    expected = FILM_SOUND[:, :100] * 10 ** (3.0 / 20)
    np.testing.assert_allclose(mix(film, sounds(), SampleRange(0, 100)), expected, rtol=1e-6)


def test_fades_lie_inside_the_clip() -> None:
    fades: dict[str, Any] = {
        "fade_in": Fade(30, FadeShape.LINEAR),
        "fade_out": Fade(40, FadeShape.S_CURVE),
    }
    heard = mix(project(track(lane(clip(10, 100, **fades)))), sounds(), SampleRange(0, 120))
    expected = FILM_SOUND[:, 10:110].copy()
    expected[:, :30] *= fade_in_gains(30, FadeShape.LINEAR, 0, 30)
    expected[:, 60:] *= fade_out_gains(40, FadeShape.S_CURVE, 0, 40)
    np.testing.assert_array_equal(heard[:, 10:110], expected)
    assert bits(heard[:, 40:70]) == bits(FILM_SOUND[:, 40:70])


def test_muted_clips_tracks_and_buses_are_silent() -> None:
    plain = track(lane(clip(0, 100)))
    film = project(track(lane(clip(0, 100, is_muted=True))))
    assert not mix(film, sounds()).any()
    assert not mix(project(replace(plain, is_muted=True)), sounds()).any()
    film = project(plain)
    film = replace(film, buses=tuple(replace(bus, is_muted=True) for bus in film.buses))
    assert not mix(film, sounds()).any()


def test_only_soloed_tracks_sound_and_mute_wins() -> None:
    one = track(lane(clip(0, 100)), id_="one")
    two = track(lane(clip(0, 100, source=300), id_="b"), id_="two", is_soloed=True)
    heard = mix(project(one, two), sounds(), SampleRange(0, 100))
    assert bits(heard) == bits(FILM_SOUND[:, 300:400])
    assert not mix(project(one, replace(two, is_muted=True)), sounds()).any()


def test_stems_sum_to_the_mix() -> None:
    one = track(lane(clip(0, 5000)), id_="one", gain_db=-4.0)
    two = track(lane(clip(0, 5000, source=2000), id_="b"), id_="two", bus_id=DX)
    film = project(one, two)
    stems = [mix(film, sounds(), track_ids=[TrackId(name)]) for name in ("two", "one")]
    np.testing.assert_array_equal(stems[0] + stems[1], mix(film, sounds()))


def test_mono_goes_to_both_sides_at_unity_bit_for_bit() -> None:
    mono = noise(1, 500)
    film = project(
        track(lane(clip(0, 500, media_id=MediaId("m"))), layout=ChannelLayout.MONO),
        media=(media(ChannelLayout.MONO, id_="m"),),
    )
    heard = mix(film, ArraySounds({("m", 0): ArraySound(mono)}), SampleRange(0, 500))
    assert bits(heard[:1]) == bits(heard[1:]) == bits(mono)


def test_take_replaces_the_lane_inside_the_region_only() -> None:
    new = noise(2, 1040, seed=5)
    film = with_region(
        project(track(lane(clip(0, 10_000)))), region(2000, 3000, take(2000, 3000, handles=20))
    )
    heard = mix(film, sounds(take=new))
    expected = FILM_SOUND.copy()
    expected[:, 2000:3000] = new[:, 20:1020]
    assert bits(heard) == bits(expected)


def test_seams_fade_by_equal_power_inside_the_region() -> None:
    new = noise(2, 1000, seed=5)
    film = with_region(
        project(track(lane(clip(0, 10_000)))), region(2000, 3000, take(2000, 3000, seam=100))
    )
    heard = mix(film, sounds(take=new))
    rise = fade_in_gains(100, FadeShape.EQUAL_POWER, 0, 100)
    start = FILM_SOUND[:, 2000:2100] * rise[::-1] + new[:, :100] * rise
    end = FILM_SOUND[:, 2900:3000] * rise + new[:, 900:] * rise[::-1]
    np.testing.assert_allclose(heard[:, 2000:2100], start, atol=1e-7)
    np.testing.assert_allclose(heard[:, 2900:3000], end, atol=1e-7)
    assert bits(heard[:, 2100:2900]) == bits(new[:, 100:900])
    assert bits(heard[:, :2000]) == bits(FILM_SOUND[:, :2000])
    assert bits(heard[:, 3000:]) == bits(FILM_SOUND[:, 3000:])


def test_a_mended_take_trimmed_out_onto_its_handles_sounds_as_before() -> None:
    new = FILM_SOUND[:, 1900:3100].copy()
    new[:, 100:1100] = noise(2, 1000, seed=5)
    made = provenance(made_for=SampleRange(2000, 3000))
    mended = take(2000, 3000, handles=100, provenance=made)
    base = project(track(lane(clip(0, 10_000))))
    before = mix(with_region(base, region(2000, 3000, mended)), sounds(take=new))
    longer = with_region(base, region(1910, 3004, mended, comp_fade_samples=48))
    after = mix(longer, sounds(take=new))
    np.testing.assert_allclose(after, before, atol=1e-6)
    assert bits(after[:, 2000:3000]) == bits(before[:, 2000:3000])


def test_take_past_the_end_of_the_sound_does_not_dip_without_a_seam() -> None:
    new = noise(2, 500, seed=6)
    film = with_region(
        project(track(lane(clip(0, 1000)))), region(1000, 1500, take(1000, 1500, seam=0))
    )
    heard = mix(film, sounds(take=new), SampleRange(0, 2000))
    assert bits(heard[:, :1000]) == bits(FILM_SOUND[:, :1000])
    assert bits(heard[:, 1000:1500]) == bits(new)
    assert not heard[:, 1500:].any()


def test_take_gain_moves_only_the_take() -> None:
    new = noise(2, 100, seed=5)
    film = with_region(
        project(track(lane(clip(0, 300)))), region(100, 200, take(100, 200, gain_db=-6.0))
    )
    heard = mix(film, sounds(take=new), SampleRange(0, 300))
    np.testing.assert_allclose(heard[:, 100:200], new * 10 ** (-6 / 20), rtol=1e-6)


def test_comp_joins_two_takes_by_equal_power() -> None:
    first, second = noise(2, 1000, seed=5), noise(2, 1000, seed=6)
    chosen = region(
        0,
        1000,
        take(0, 1000, id_="a"),
        take(0, 1000, id_="b"),
        comp=[("a", 0, 400), ("b", 400, 1000)],
        comp_fade_samples=60,
    )
    film = with_region(project(track(lane(clip(0, 1000)))), chosen)
    heard = mix(film, sounds(a=first, b=second), SampleRange(0, 1000))
    rise = fade_in_gains(60, FadeShape.EQUAL_POWER, 0, 60)
    join = first[:, 370:430] * rise[::-1] + second[:, 370:430] * rise
    np.testing.assert_allclose(heard[:, 370:430], join, atol=1e-7)
    assert bits(heard[:, :370]) == bits(first[:, :370])
    assert bits(heard[:, 430:]) == bits(second[:, 430:])


def test_later_region_wins_where_two_overlap() -> None:
    first, second = noise(2, 100, seed=5), noise(2, 100, seed=6)
    film = with_region(
        project(track(lane(clip(0, 300)))),
        region(100, 200, take(100, 200, id_="a"), id_="r1"),
        region(150, 250, take(150, 250, id_="b"), id_="r2"),
    )
    heard = mix(film, sounds(a=first, b=second), SampleRange(0, 300))
    assert bits(heard[:, 100:150]) == bits(first[:, :50])
    assert bits(heard[:, 150:250]) == bits(second)


def test_take_over_two_lanes_gives_each_its_channels() -> None:
    new = noise(4, 100, seed=5)
    film = with_region(
        project(track(lane(clip(0, 300)), lane(clip(0, 300), id_="b"))),
        region(100, 200, take(100, 200, channels=4), lane_ids=("lane", "b")),
    )
    heard = mix(film, sounds(take=new), SampleRange(100, 200))
    np.testing.assert_array_equal(heard, new[:2] + new[2:])
    context, covered = lane_sound(
        film, sounds(take=new), TrackId("track"), [LaneId("b")], SampleRange(100, 200)
    )
    assert bits(context) == bits(new[2:])
    assert covered.all()


def test_lane_sound_can_leave_a_region_out() -> None:
    film = with_region(
        project(track(lane(clip(0, 150)), gain_db=-9.0, is_muted=True)),
        region(100, 200, take(100, 200)),
    )
    where = (TrackId("track"), [LaneId("lane")], SampleRange(50, 250))
    library = sounds(take=noise(2, 100, seed=5))
    audio, covered = lane_sound(film, library, *where, without_region_id=RegionId("region"))
    assert bits(audio[:, :100]) == bits(FILM_SOUND[:, 50:150])
    assert not audio[:, 100:].any()
    assert covered.tolist() == [True] * 100 + [False] * 100
    _, covered = lane_sound(film, library, *where)
    assert covered.tolist() == [True] * 150 + [False] * 50


def test_only_clips_inside_the_span_are_read() -> None:
    clips = [clip(i * 4, 4, id=ClipId(str(i))) for i in range(2500)]
    library = sounds()
    mix(project(track(lane(*clips))), library, SampleRange(5000, 5008))
    assert library.streams["film", 0].reads == [(5000, 4), (5004, 4)]


def test_take_with_wrong_channels_is_a_sentence() -> None:
    film = with_region(project(track(lane(clip(0, 300)))), region(100, 200, take(100, 200)))
    with pytest.raises(MediaError, match="1 channels where 2 are expected"):
        mix(film, sounds(take=noise(1, 100)))


def test_sounding_takes_are_those_that_are_heard() -> None:
    chosen = region(100, 200, take(100, 200))
    film = with_region(project(track(lane(clip(0, 300)))), chosen)
    assert sounding_takes(film, ALL) == ((chosen, chosen.takes[0]),)
    assert sounding_takes(film, SampleRange(200, 300)) == ()
    muted = with_region(project(track(lane(clip(0, 300)), is_muted=True)), chosen)
    assert sounding_takes(muted, ALL) == ()


def test_matrix_at_unity_keeps_bits() -> None:
    audio = noise(2, 100)
    swapped = apply_matrix(np.array([[0, 1], [1, 0]], np.float32), audio)
    assert bits(swapped) == bits(audio[::-1])


def busy_project(edges: list[int], gains: list[float]) -> Project:
    """Crossfaded clips, a mono track, seams, a comp: everything that has a position."""
    clips = tuple(
        clip(
            max(0, low - 20),
            high - max(0, low - 20),
            gain_db=gain,
            fade_in=Fade(min(20, high - low)),
            fade_out=Fade(min(20, high - low), FadeShape.S_CURVE),
        )
        for (low, high), gain in zip(pairwise(edges), gains, strict=False)
    )
    mono = track(
        lane(clip(50, 400, media_id=MediaId("m")), id_="mono"),
        id_="mono",
        layout=ChannelLayout.MONO,
        bus_id=DX,
        gain_db=-1.5,
    )
    takes = take(200, 500, id_="a", seam=33, gain_db=1.0), take(200, 500, id_="b", seam=12)
    chosen = region(200, 500, *takes, comp=[("a", 200, 301), ("b", 301, 500)], comp_fade_samples=41)
    film = project(track(lane(*clips)), mono, media=(media(), media(ChannelLayout.MONO, id_="m")))
    return with_region(film, chosen)


@settings(deadline=None, max_examples=60)
@given(
    edges=st.lists(st.integers(0, 900), min_size=2, max_size=8, unique=True).map(sorted),
    gains=st.lists(st.sampled_from([0.0, -3.0, 2.5]), min_size=8, max_size=8),
    block_samples=st.integers(1, 700),
    start=st.integers(0, 500),
)
def test_block_size_and_start_do_not_change_a_bit(
    edges: list[int], gains: list[float], block_samples: int, start: int
) -> None:
    film = busy_project(edges, gains)
    library = ArraySounds(
        {("film", 0): ArraySound(FILM_SOUND), ("m", 0): ArraySound(noise(1, 900, seed=3))},
        {"a": ArraySound(noise(2, 300, seed=4)), "b": ArraySound(noise(2, 300, seed=8))},
    )
    whole = mix(film, library, SampleRange(0, 1000))
    pieces = mix(film, library, SampleRange(start, 1000), block_samples=block_samples)
    assert bits(pieces) == bits(whole[:, start:])
