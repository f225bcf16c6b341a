from __future__ import annotations

import errno
import json
import os
import resource
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import av
import numpy as np
import pytest

from prismdesk.errors import Cancelled, PrismDeskError
from prismdesk.media.errors import MediaError, MediaWorkError
from prismdesk.media.export import (
    ExportCheckError,
    ExportRefusedError,
    ExportRequest,
    SoundCodec,
    export_film,
)
from prismdesk.media.export import film_export as film_export_module
from prismdesk.media.export.mux import write_film as write_film_out
from prismdesk.media.probe import probe
from prismdesk.project.model import ProjectUse
from prismdesk.project.timebase import SampleRange
from tests.media.export.films import (
    clicks,
    decoded_mix,
    noise_24,
    project_of,
    request_for,
    write_film,
)
from tests.media.fake_sounds import ArraySound, bits
from tests.media.mix_projects import provenance, region, take, with_region

if TYPE_CHECKING:
    from pathlib import Path

    from prismdesk.progress import IsCancelled

TWO_SECONDS = 96_000


@pytest.fixture
def film(tmp_path: Path) -> Path:
    return write_film(tmp_path / "film.mov", sound=noise_24(TWO_SECONDS))


def packets(path: Path) -> list[tuple[Any, ...]]:
    """Everything about the first picture stream's packets."""
    with av.open(str(path)) as source:
        return [
            (p.pts, p.dts, p.duration, p.time_base, p.is_keyframe, p.is_discard, bytes(p))
            for p in source.demux(source.streams.video[0])
            if p.size
        ]


def left_behind(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if "partial" in path.name)


def test_mov_copies_every_packet_with_its_times(film: Path, tmp_path: Path) -> None:
    report = export_film(request_for(film, tmp_path / "out.mov"))
    assert packets(tmp_path / "out.mov") == packets(film)
    assert report.pictures[0].is_identical
    assert report.pictures[0].largest_time_difference_seconds == 0
    assert left_behind(tmp_path) == []


@pytest.mark.parametrize("name", ["out.mov", "out.mkv"])
def test_24_bit_sound_comes_out_bit_identical(film: Path, tmp_path: Path, name: str) -> None:
    report = export_film(request_for(film, tmp_path / name))
    assert report.check.is_identical
    assert report.sound.codec == "pcm24"
    assert bits(decoded_mix(tmp_path / name)) == bits(noise_24(TWO_SECONDS))


@pytest.mark.parametrize("name", ["out.mp4", "out.mkv", "out.mov"])
@pytest.mark.parametrize("codec", list(SoundCodec))
def test_an_impulse_decodes_at_its_place(
    film: Path, tmp_path: Path, name: str, codec: SoundCodec
) -> None:
    if name == "out.mov" and codec in (SoundCodec.OPUS, SoundCodec.FLAC):
        with pytest.raises(ExportRefusedError, match=f"can't hold {codec} sound"):
            export_film(request_for(film, tmp_path / name, codec=codec))
        return
    sound = clicks(TWO_SECONDS, 30_000, 77_777)
    report = export_film(request_for(film, tmp_path / name, sound, codec=codec))
    heard = np.abs(decoded_mix(tmp_path / name)[0])
    assert int(heard[:60_000].argmax()) == 30_000
    assert int(heard[60_000:].argmax()) == 17_777
    assert report.check.lags_samples
    assert set(report.check.lags_samples) == {0}


@pytest.mark.parametrize(("codec", "name"), [("aac", "out.mp4"), ("opus", "out.mkv")])
def test_sound_starts_with_a_picture_that_starts_late(
    tmp_path: Path, codec: str, name: str
) -> None:
    late = write_film(
        tmp_path / "late.mov",
        times=[10_007 + 1001 * n for n in range(48)],
        sound=noise_24(TWO_SECONDS),
    )
    assert probe(late).origin_seconds > 0
    request = request_for(late, tmp_path / name, clicks(TWO_SECONDS, 30_000))
    export_film(replace(request, codec=SoundCodec(codec)))
    assert int(np.abs(decoded_mix(tmp_path / name)[0]).argmax()) == 30_000


def test_webm_takes_vp9_and_opus(tmp_path: Path) -> None:
    film = write_film(tmp_path / "film.webm", codec="libvpx-vp9", frames=24)
    report = export_film(request_for(film, tmp_path / "out.webm", clicks(48_000, 20_000)))
    assert report.sound.codec == "opus"
    assert int(np.abs(decoded_mix(tmp_path / "out.webm")[0]).argmax()) == 20_000
    assert report.check.samples_written == 48_000


def test_variable_rate_and_mkv_without_decoding_times_stay_exact(tmp_path: Path) -> None:
    times = [0, 1000, 2300, 3000, 4900, 5200, 7000, 9000, 9100, 12_000, 13_000, 20_000]
    film = write_film(tmp_path / "vfr.mov", times=times)
    sound = clicks(48_000, 100)
    export_film(request_for(film, tmp_path / "out.mp4", sound))
    assert packets(tmp_path / "out.mp4") == packets(film)
    export_film(request_for(film, tmp_path / "out.mkv", sound))
    report = export_film(request_for(tmp_path / "out.mkv", tmp_path / "again.mov", sound))
    assert report.pictures[0].largest_time_difference_seconds == 0


def test_production_sound_is_kept_second_and_named(film: Path, tmp_path: Path) -> None:
    export_film(request_for(film, tmp_path / "out.mov", clicks(TWO_SECONDS, 5)))
    with av.open(str(tmp_path / "out.mov")) as out:
        first, second = out.streams.audio
        assert first.metadata["handler_name"] == "Film mix"
        assert second.metadata["handler_name"] == "Production sound"
        assert int(first.disposition) & 1
        assert not int(second.disposition) & 1
    kept = decoded_mix(tmp_path / "out.mov", stream=1)
    assert bits(kept) == bits(noise_24(TWO_SECONDS))


def test_production_sound_can_be_left_out(film: Path, tmp_path: Path) -> None:
    report = export_film(request_for(film, tmp_path / "out.mov", keep_original=False))
    assert report.sound.original_streams == 0
    assert len(probe(tmp_path / "out.mov").sounds) == 1


def test_production_sound_is_coded_again_where_it_does_not_fit(film: Path, tmp_path: Path) -> None:
    vp9 = write_film(tmp_path / "film.mkv", codec="libvpx-vp9", frames=24, sound=noise_24(48_000))
    report = export_film(request_for(vp9, tmp_path / "out.webm"))
    assert any("coded again" in note for note in report.notes)
    assert len(probe(tmp_path / "out.webm").sounds) == 2


def test_short_sound_is_filled_up_and_long_sound_cut(film: Path, tmp_path: Path) -> None:
    short = export_film(request_for(film, tmp_path / "short.mov", noise_24(90_000)))
    assert short.sound.silence_added_samples == 6_000
    assert any("6000 samples (0.125 s) of silence were added" in note for note in short.notes)
    assert decoded_mix(tmp_path / "short.mov").shape[1] == TWO_SECONDS
    assert not decoded_mix(tmp_path / "short.mov")[:, 90_000:].any()
    long = export_film(request_for(film, tmp_path / "long.mov", noise_24(100_000)))
    assert long.sound.cut_off_samples == 4_000
    assert decoded_mix(tmp_path / "long.mov").shape[1] == TWO_SECONDS


def test_too_loud_a_mix_is_clipped_and_counted_not_turned_down(film: Path, tmp_path: Path) -> None:
    sound = noise_24(TWO_SECONDS)
    sound[0, 100:110] = 1.5
    sound[1, 200] = -1.0
    report = export_film(request_for(film, tmp_path / "out.mov", sound))
    assert report.sound.clipped_samples == 10
    assert report.sound.peak_dbfs == pytest.approx(3.52, abs=0.01)
    heard = decoded_mix(tmp_path / "out.mov")
    assert np.all(heard[0, 100:110] == np.float32(1 - 2**-23))
    assert bits(heard[:, 300:]) == bits(sound[:, 300:])


def test_tags_chapters_and_timecode_are_kept(tmp_path: Path) -> None:
    def tag(out: Any) -> None:
        out.metadata.update({"title": "A film", "comment": "good", "take_of_day": "7"})
        out.streams.video[0].metadata["timecode"] = "01:00:00:00"
        chapter = {"id": 1, "start": 0, "end": 1000, "time_base": Fraction(1, 1000)}
        out.set_chapters([chapter | {"metadata": {"title": "Opening"}}])

    film = write_film(
        tmp_path / "film.mov", sound=noise_24(TWO_SECONDS), extra=tag, movflags="use_metadata_tags"
    )
    for name in ("out.mov", "out.mkv", "out.mp4"):
        report = export_film(request_for(film, tmp_path / name))
        with av.open(str(tmp_path / name)) as out:
            tags = {key.lower(): value for key, value in out.metadata.items()}
            assert tags["title"] == "A film"
            assert tags["take_of_day"] == "7"
            assert [chapter["metadata"]["title"] for chapter in out.chapters()] == ["Opening"]
            picture = {key.lower(): v for key, v in out.streams.video[0].metadata.items()}
            assert picture["timecode"] == "01:00:00:00"
        assert not [note for note in report.notes if "left out" in note or "keep" in note]


def test_pictures_hidden_by_an_edit_list_stay_hidden(film: Path, tmp_path: Path) -> None:
    hidden = tmp_path / "hidden.mov"
    with av.open(str(film)) as source, av.open(str(hidden), "w") as out:
        picture = source.streams.video[0]
        copy = out.add_stream_from_template(picture, opaque=True)
        ticks = round(Fraction(5, 24) / (picture.time_base or 1))
        for packet in source.demux(picture):
            if packet.pts is not None and packet.dts is not None:
                packet.pts, packet.dts = packet.pts - ticks, packet.dts - ticks
                packet.stream = copy
                out.mux(packet)
    assert any(packet[5] for packet in packets(hidden))
    sound = clicks(TWO_SECONDS, 5000)
    export_film(request_for(hidden, tmp_path / "out.mov", sound))
    assert packets(tmp_path / "out.mov") == packets(hidden)
    assert int(np.abs(decoded_mix(tmp_path / "out.mov")[0]).argmax()) == 5000
    with pytest.raises(ExportRefusedError, match="hides pictures at its start"):
        export_film(request_for(hidden, tmp_path / "out.mkv", sound))
    assert left_behind(tmp_path) == []


def test_a_byte_stream_is_framed_anew_and_compared_by_units(tmp_path: Path) -> None:
    stream = write_film(tmp_path / "film.ts", sound=noise_24(TWO_SECONDS), sound_codec="aac")
    report = export_film(request_for(stream, tmp_path / "out.mov"))
    (picture,) = report.pictures
    assert picture.is_reframed
    assert picture.is_identical
    assert picture.largest_time_difference_seconds == 0
    assert len(probe(tmp_path / "out.mov").sounds) == 2


def test_subtitles_are_kept_or_named(tmp_path: Path) -> None:
    (tmp_path / "lines.srt").write_text("1\n00:00:00,500 --> 00:00:01,000\nHello\n\n")

    film = tmp_path / "film.mkv"
    bare = write_film(tmp_path / "bare.mkv", sound=noise_24(TWO_SECONDS))
    with (
        av.open(str(bare)) as source,
        av.open(str(tmp_path / "lines.srt")) as lines,
        av.open(str(film), "w") as out,
    ):
        copies = {
            (container, stream.index): out.add_stream_from_template(stream, opaque=True)
            for container in (source, lines)
            for stream in container.streams
        }
        for container in (source, lines):
            for packet in container.demux():
                if packet.dts is not None:
                    packet.stream = copies[container, packet.stream.index]
                    out.mux(packet)
    export_film(request_for(film, tmp_path / "out.mkv"))
    with av.open(str(tmp_path / "out.mkv")) as out_again:
        assert len(out_again.streams.subtitles) == 1
    report = export_film(request_for(film, tmp_path / "out.mov"))
    assert any("QuickTime can't hold the subtitles" in note for note in report.notes)


def test_range_begins_at_the_keyframe_before_it(film: Path, tmp_path: Path) -> None:
    wanted = SampleRange(40_000, 60_000)  # keyframes lie every 24000 samples
    request = request_for(film, tmp_path / "out.mov", range=wanted)
    report = export_film(request)
    assert report.span == SampleRange(24_000, 60_000)
    assert any("only begin at a keyframe" in note for note in report.notes)
    heard = decoded_mix(tmp_path / "out.mov")
    assert bits(heard) == bits(noise_24(TWO_SECONDS)[:, 24_000:60_000])
    kept = [packet[-1] for packet in packets(tmp_path / "out.mov")]
    all_data = [packet[-1] for packet in packets(film)]
    first = all_data.index(kept[0])
    assert kept == all_data[first : first + len(kept)]


def test_report_is_json_and_text(film: Path, tmp_path: Path) -> None:
    made = take(1000, 2000, seam=0, provenance=provenance(licence="MIT", variant="large"))
    edited, sounds = project_of(film)
    sounds.takes["take"] = ArraySound(noise_24(1000, seed=4))
    edited = with_region(edited, region(1000, 2000, made, name="Creek"))
    request = request_for(
        film,
        tmp_path / "out.mov",
        project=edited,
        sounds=sounds,
        report_path=tmp_path / "report.json",
    )
    export_film(request)
    record = json.loads((tmp_path / "report.json").read_text())
    assert (record["format"], record["version"]) == ("prismdesk-export-report", 1)
    assert record["takes"][0]["region_name"] == "Creek"
    assert record["takes"][0]["seed"] == 7
    assert record["check"]["is_identical"] is True
    assert record["check"]["peak_difference_dbfs"] is None
    text = (tmp_path / "report.txt").read_text()
    assert "bit-identical to the mix" in text
    assert "Creek, take: samples 1000-2000, inpaint by ambience 1, large, seed 7 (MIT)" in text


def test_commercial_project_refuses_what_must_not_be_sold(film: Path, tmp_path: Path) -> None:
    made = take(1000, 2000, provenance=provenance(allows_commercial_use=False))
    edited, sounds = project_of(film)
    sounds.takes["take"] = ArraySound(noise_24(1000))
    edited = with_region(edited, region(1000, 2000, made, name="Creek"))
    export_film(request_for(film, tmp_path / "out.mov", project=edited, sounds=sounds))
    sold = replace(edited, use=ProjectUse.COMMERCIAL)
    with pytest.raises(ExportRefusedError, match="Creek"):
        export_film(request_for(film, tmp_path / "sold.mov", project=sold, sounds=sounds))
    assert not (tmp_path / "sold.mov").exists()


@pytest.mark.parametrize("through_link", [False, True])
def test_the_film_is_never_overwritten(film: Path, tmp_path: Path, through_link: bool) -> None:
    before = film.read_bytes()
    out = film
    if through_link:
        out = tmp_path / "link.mov"
        out.symlink_to(film)
    with pytest.raises(ExportRefusedError, match="is a source of this project"):
        export_film(request_for(film, out))
    assert film.read_bytes() == before


def test_other_endings_are_refused_with_those_that_work(film: Path, tmp_path: Path) -> None:
    with pytest.raises(ExportRefusedError, match=r"\.mov, \.mp4"):
        export_film(request_for(film, tmp_path / "out.avi"))
    with pytest.raises(ExportRefusedError, match="can't hold a h264 picture"):
        export_film(request_for(film, tmp_path / "out.webm"))


def test_a_vanished_film_is_a_sentence(film: Path, tmp_path: Path) -> None:
    request = request_for(film, tmp_path / "out.mov")
    film.unlink()
    with pytest.raises(MediaError, match="it isn't there"):
        export_film(request)
    assert left_behind(tmp_path) == []


def test_a_missing_folder_is_a_sentence(film: Path, tmp_path: Path) -> None:
    with pytest.raises(MediaWorkError, match="folder doesn't exist"):
        export_film(request_for(film, tmp_path / "nowhere" / "out.mov"))


@pytest.mark.parametrize("limit_bytes", [0, 4096, 200_000])
def test_a_full_disk_leaves_nothing_and_keeps_the_old_file(
    film: Path, tmp_path: Path, limit_bytes: int
) -> None:
    folder = tmp_path / "full"
    folder.mkdir()
    (folder / "out.mov").write_bytes(b"the old one")
    request = request_for(film, folder / "out.mov")
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit_bytes, limits[1]))
    try:
        with pytest.raises(MediaWorkError, match="Can't write") as caught:
            export_film(request)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert "\n" not in str(caught.value)
    assert left_behind(folder) == []
    assert (folder / "out.mov").read_bytes() == b"the old one"


def test_cancelled_at_any_moment_leaves_nothing(film: Path, tmp_path: Path) -> None:
    request = request_for(film, tmp_path / "out.mp4")
    count = 0

    def cancelled_after(limit: float) -> IsCancelled:
        def cancelled() -> bool:
            nonlocal count
            count += 1
            return count > limit

        return cancelled

    export_film(request, cancelled=cancelled_after(float("inf")))
    (tmp_path / "out.mp4").unlink()
    for limit in range(count):
        count = 0
        with pytest.raises(Cancelled):
            export_film(request, cancelled=cancelled_after(limit))
        assert sorted(path.name for path in tmp_path.iterdir()) == ["film.mov"]


def test_a_file_that_fails_its_check_is_removed(
    film: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = write_film_out

    def late(plan: Any, mix: Any, partial: Path, **options: Any) -> Any:
        shifted = (np.roll(block, 5, axis=1) for block in mix)
        return real(plan, shifted, partial, **options)

    monkeypatch.setattr(film_export_module, "write_film", late)
    with pytest.raises(ExportCheckError, match="off by 5 samples"):
        export_film(request_for(film, tmp_path / "out.mov"))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["film.mov"]


def test_an_error_while_renaming_leaves_nothing(
    film: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_: Any) -> None:
        raise OSError(errno.EIO, "input/output error")

    monkeypatch.setattr(os, "fsync", refuse)
    with pytest.raises(MediaWorkError, match="the disk reported an error"):
        export_film(request_for(film, tmp_path / "out.mov"))
    assert left_behind(tmp_path) == []


def test_progress_rises_to_one(film: Path, tmp_path: Path) -> None:
    told: list[float] = []
    export_film(request_for(film, tmp_path / "out.mov"), progress=told.append)
    assert told == sorted(told)
    assert told[-1] == pytest.approx(1.0)


def test_project_without_a_film_is_pointed_to_wav(film: Path, tmp_path: Path) -> None:
    edited, sounds = project_of(film)
    request = ExportRequest(project=edited, sounds=sounds, film_path=None, out=tmp_path / "out.mov")
    with pytest.raises(PrismDeskError, match=r"ending in \.wav"):
        export_film(request)
