"""Reading packets of the streams asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prismdesk.media.container import open_media, read_packets
from tests.media_files import PictureSpec, SoundSpec, make_film, noise

if TYPE_CHECKING:
    from pathlib import Path


def test_packets_come_from_the_streams_asked_for_only(tmp_path: Path) -> None:
    sound = SoundSpec(audio=noise(2, 4800))
    film = make_film(tmp_path / "film.mp4", picture=PictureSpec(), sounds=(sound,))
    with open_media(film) as container:
        streams = [container.streams.audio[0]]
        packets = list(read_packets(container, streams, []))
        assert {packet.stream.index for packet in packets} == {1}
        assert packets[-1].size == 0  # tells the decoder to give what it still holds


def test_no_streams_asked_for_gives_no_packets(tmp_path: Path) -> None:
    film = make_film(tmp_path / "film.mp4", picture=PictureSpec())
    with open_media(film) as container:
        assert list(read_packets(container, [], [])) == []
