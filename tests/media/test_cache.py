from pathlib import Path

from prismdesk.media.cache import MediaCache


def test_hostile_keys_stay_in_the_folder(tmp_path: Path) -> None:
    cache = MediaCache(tmp_path / "cache")
    files = cache.sound_files("../../etc/passwd", 1, rate_hz=48000)
    assert files.wav_path.resolve().is_relative_to((tmp_path / "cache").resolve())


def test_only_whole_results_are_found(tmp_path: Path) -> None:
    cache = MediaCache(tmp_path / "cache")
    files = cache.sound_files("key", 1, rate_hz=48000)
    files.wav_path.touch()
    assert cache.find_sounds("key", 1) == ()
    files.peaks_path.touch()
    files.facts_path.touch()
    assert cache.find_sounds("key", 1) == (files,)
    assert cache.find_sounds("key", 11) == ()


def test_size_counts_and_clear_deletes(tmp_path: Path) -> None:
    cache = MediaCache(tmp_path / "cache")
    cache.clear()
    cache.sound_files("key", 1, rate_hz=48000).wav_path.write_bytes(b"12345")
    assert cache.size_bytes() == 5
    cache.clear()
    assert cache.size_bytes() == 0
