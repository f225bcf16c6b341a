from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from prismdesk.media.container import open_media, read_packets
from prismdesk.media.errors import MediaError
from prismdesk.media.probe import probe
from tests.media_files import PictureSpec, make_film

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


class Stumbling:
    """A container whose demuxer fails after each packet, as often as told."""

    def __init__(self, failures: int, error: Exception) -> None:
        self.streams: list[Any] = [SimpleNamespace(index=0, discard=None)]
        self.failures = failures
        self.error = error

    def demux(self, streams: list[Any]) -> Iterator[int]:
        yield self.failures
        if self.failures:
            self.failures -= 1
            raise self.error


@pytest.mark.parametrize("error", [IndexError(), ValueError(), OSError()])
def test_places_that_cannot_be_read_are_passed_over(error: Exception) -> None:
    container: Any = Stumbling(3, error)
    warnings: list[str] = []
    packets: list[Any] = list(read_packets(container, container.streams, warnings))
    assert packets == [3, 2, 1, 0]
    assert warnings == []


def test_endless_failures_end_with_a_warning() -> None:
    container: Any = Stumbling(10**9, ValueError())
    warnings: list[str] = []
    assert len(list(read_packets(container, container.streams, warnings))) == 100
    assert len(warnings) == 1


def test_mistakes_of_our_own_are_not_hidden() -> None:
    container: Any = Stumbling(1, AttributeError())
    with pytest.raises(AttributeError):
        list(read_packets(container, container.streams, []))


@pytest.mark.parametrize(
    "playlist",
    [
        "#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\n{other}\n#EXT-X-ENDLIST\n",
        "ffconcat version 1.0\nfile '{other}'\n",
    ],
)
def test_playlists_lead_nowhere(tmp_path: Path, playlist: str) -> None:
    other = tmp_path / "b.wav"
    other.write_bytes(b"RIFF")
    path = tmp_path / "a.m3u8"
    path.write_text(playlist.format(other=other))
    with pytest.raises(MediaError, match=r"a\.m3u8"), open_media(path):
        pass


@pytest.mark.parametrize(("suffix", "codec"), [(".mp4", "libx264"), (".mov", "mpeg4")])
def test_pictures_beyond_the_limit_are_not_decoded(
    tmp_path: Path, suffix: str, codec: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    film = make_film(tmp_path / f"a{suffix}", picture=PictureSpec(codec=codec))
    monkeypatch.setattr("prismdesk.media.container.MAX_PICTURE_PX", 64 * 48 - 1)
    with pytest.raises(MediaError, match="neither picture nor sound"):
        probe(film)
