from pathlib import Path

import pytest

from prismdesk.media.content_key import content_key
from prismdesk.media.errors import MediaError


@pytest.mark.parametrize("size", [0, 1, 1000, 34 * 2**16, 34 * 2**16 + 1, 10**7])
def test_the_key_follows_content_not_name(tmp_path: Path, size: int) -> None:
    data = bytes(range(256)) * (size // 256 + 1)
    for name in ("a.mov", "b.wav"):
        (tmp_path / name).write_bytes(data[:size])
    assert content_key(tmp_path / "a.mov") == content_key(tmp_path / "b.wav")
    assert content_key(tmp_path / "a.mov").startswith(f"c1-{size}-")


@pytest.mark.parametrize("place", [0, 4_850_000, 9_999_999])
def test_a_changed_byte_changes_the_key(tmp_path: Path, place: int) -> None:
    data = bytearray(10**7)
    (tmp_path / "a").write_bytes(data)
    data[place] = 1
    (tmp_path / "b").write_bytes(data)
    assert content_key(tmp_path / "a") != content_key(tmp_path / "b")


def test_a_missing_file_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(MediaError, match="isn't there"):
        content_key(tmp_path / "a")
