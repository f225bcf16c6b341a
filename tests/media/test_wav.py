import errno
import struct
from pathlib import Path

import av
import numpy as np
import pytest
import soundfile

from prismdesk.media.errors import MediaError, MediaWorkError
from prismdesk.media.wav import (
    BroadcastExtension,
    WavFormat,
    WavWriter,
    map_wav,
    partial_path,
    read_chunks,
)


def noise(channels: int, samples: int, seed: int = 1) -> np.ndarray:
    generator = np.random.default_rng(seed)
    return generator.uniform(-1, 1, (channels, samples)).astype(np.float32)


def write(path: Path, block: np.ndarray, **options: object) -> Path:
    with WavWriter(path, rate_hz=48000, channels=block.shape[0], **options) as writer:  # type: ignore[arg-type]  # options are the writer's own
        for start in range(0, block.shape[1], 777):
            writer.write(block[:, start : start + 777])
    return path


def chunks_by_hand(data: bytes) -> dict[bytes, bytes]:
    """An independent walk over the file's bytes."""
    found = {}
    position = 12
    while position + 8 <= len(data):
        name, size = struct.unpack_from("<4sI", data, position)
        found[name] = data[position + 8 : position + 8 + size]
        position += 8 + size + size % 2
    return found


@pytest.mark.parametrize("channels", [1, 2, 3, 6, 8])
def test_floats_come_back_exactly(tmp_path: Path, channels: int) -> None:
    block = noise(channels, 5000)
    with map_wav(write(tmp_path / "a.wav", block)) as wav:
        assert (wav.rate_hz, wav.channels, wav.length_samples) == (48000, channels, 5000)
        np.testing.assert_array_equal(wav.read(0, 5000), block)


@pytest.mark.parametrize("sample_format", list(WavFormat))
@pytest.mark.parametrize("channels", [1, 2, 6])
def test_another_reader_agrees(tmp_path: Path, sample_format: WavFormat, channels: int) -> None:
    path = write(tmp_path / "a.wav", noise(channels, 3001), sample_format=sample_format)
    theirs, rate_hz = soundfile.read(path, dtype="float32", always_2d=True)
    with map_wav(path) as wav:
        np.testing.assert_array_equal(wav.read(0, 3001), theirs.T)
    assert rate_hz == 48000


@pytest.mark.parametrize(
    ("sample_format", "bits"), [(WavFormat.PCM_16, 16), (WavFormat.PCM_24, 24)]
)
def test_sound_from_integers_is_written_back_exactly(
    tmp_path: Path, sample_format: WavFormat, bits: int
) -> None:
    full = 2 ** (bits - 1)
    integers = np.array([[-full, -full + 1, -1, 0, 1, full - 1, 12345]])
    block = (integers / full).astype(np.float32)
    with map_wav(write(tmp_path / "a.wav", block, sample_format=sample_format)) as wav:
        np.testing.assert_array_equal(wav.read(0, 7), block)


def test_integers_clip_and_nan_is_silence(tmp_path: Path) -> None:
    block = np.array([[1.5, -1.5, np.nan, np.inf, -np.inf]], np.float32)
    with map_wav(write(tmp_path / "a.wav", block, sample_format=WavFormat.PCM_24)) as wav:
        top = 1 - 2.0**-23
        np.testing.assert_array_equal(wav.read(0, 5), np.array([[top, -1, 0, top, -1]], "f4"))


def test_read_outside_gives_zeros(tmp_path: Path) -> None:
    block = noise(2, 10)
    with map_wav(write(tmp_path / "a.wav", block)) as wav:
        expected = np.concatenate([np.zeros((2, 5), "f4"), block, np.zeros((2, 5), "f4")], axis=1)
        np.testing.assert_array_equal(wav.read(-5, 20), expected)
        assert not wav.read(10, 4).any()
        assert wav.read(-20, 4).shape == (2, 4)


def test_read_gives_a_copy_that_outlives_the_file(tmp_path: Path) -> None:
    block = noise(2, 10)
    wav = map_wav(write(tmp_path / "a.wav", block))
    part = wav.read(0, 10)
    wav.close()
    np.testing.assert_array_equal(part, block)


def test_empty_file_maps(tmp_path: Path) -> None:
    with map_wav(write(tmp_path / "a.wav", noise(2, 0))) as wav:
        assert wav.length_samples == 0
        assert not wav.read(0, 3).any()


def test_bext_stands_in_the_file_as_the_standard_says(tmp_path: Path) -> None:
    bext = BroadcastExtension(
        description="A door, closing",
        originator="PrismDesk",
        originator_reference="ref-7",
        origination_date="2024-05-06",
        origination_time="07:08:09",
        time_reference_samples=172_800_000 + 2**32,
        umid=bytes(range(64)),
        loudness_lufs=-23.0,
        loudness_range_lu=4.5,
        max_true_peak_dbtp=-1.02,
        coding_history="A=PCM,F=48000,W=24,M=stereo\r\n",
    )
    path = write(tmp_path / "a.wav", noise(1, 5), bext=bext, sample_format=WavFormat.PCM_24)
    raw = chunks_by_hand(path.read_bytes())[b"bext"]
    assert raw[:15] == b"A door, closing"
    assert raw[15:256] == bytes(241)
    assert raw[256:265] == b"PrismDesk"
    assert raw[288:293] == b"ref-7"
    assert raw[320:338] == b"2024-05-0607:08:09"
    assert struct.unpack_from("<II", raw, 338) == (172_800_000, 1)
    assert struct.unpack_from("<H", raw, 346) == (2,)
    assert raw[348:412] == bytes(range(64))
    assert struct.unpack_from("<5h", raw, 412) == (-2300, 450, -102, 0x7FFF, 0x7FFF)
    assert raw[422:602] == bytes(180)
    assert raw[602:] == b"A=PCM,F=48000,W=24,M=stereo\r\n"
    assert read_chunks(path).bext == bext


def test_another_program_reads_the_bext(tmp_path: Path) -> None:
    bext = BroadcastExtension(description="Rain", time_reference_samples=172_800_000)
    path = write(tmp_path / "a.wav", noise(1, 5), bext=bext)
    with av.open(str(path)) as container:
        assert container.metadata["comment"] == "Rain"
        assert container.metadata["time_reference"] == "172800000"


def test_ixml_and_further_chunks_come_back(tmp_path: Path) -> None:
    ixml = "<BWFXML><NOTE>Tür</NOTE></BWFXML>"
    path = write(tmp_path / "a.wav", noise(1, 5), ixml=ixml, chunks=[(b"cue ", bytes(4))])
    chunks = read_chunks(path)
    assert chunks.ixml == ixml
    assert chunks.bext is None
    assert b"cue " in chunks.other_names


@pytest.mark.parametrize("sample_format", list(WavFormat))
def test_past_the_limit_the_file_is_rf64(tmp_path: Path, sample_format: WavFormat) -> None:
    block = noise(3, 1001)
    path = write(tmp_path / "a.wav", block, sample_format=sample_format, riff_limit_bytes=5000)
    data = path.read_bytes()
    assert data[:8] == b"RF64\xff\xff\xff\xff"
    assert data[12:20] == b"ds64" + struct.pack("<I", 28)
    length_bytes = 3 * 1001 * sample_format.sample_bytes
    riff_bytes, data_bytes, samples = struct.unpack_from("<QQQ", data, 20)
    assert (riff_bytes, data_bytes, samples) == (len(data) - 8, length_bytes, 1001)
    theirs, _ = soundfile.read(path, dtype="float32")
    with map_wav(path) as wav:
        np.testing.assert_array_equal(wav.read(0, 1001), theirs.T)


def test_riff_size_counts_the_whole_file(tmp_path: Path) -> None:
    path = write(tmp_path / "a.wav", noise(1, 5), sample_format=WavFormat.PCM_24)
    data = path.read_bytes()
    assert len(data) % 2 == 0
    assert struct.unpack_from("<I", data, 4) == (len(data) - 8,)


def test_surround_says_which_speaker_is_which(tmp_path: Path) -> None:
    path = write(tmp_path / "a.wav", noise(6, 5), sample_format=WavFormat.PCM_24)
    fmt = chunks_by_hand(path.read_bytes())[b"fmt "]
    assert struct.unpack_from("<H", fmt) == (0xFFFE,)
    assert struct.unpack_from("<I", fmt, 20) == (0x3F,)
    with av.open(str(path)) as container:
        assert container.streams.audio[0].layout.name == "5.1"


def test_samples_begin_aligned(tmp_path: Path) -> None:
    for length in range(3):
        path = tmp_path / f"{length}.wav"
        with WavWriter(path, rate_hz=48000, channels=2, ixml="x" * length) as writer:
            assert writer.data_offset % 64 == 0


def test_nothing_is_left_after_an_error(tmp_path: Path) -> None:
    def write_and_fail() -> None:
        with WavWriter(tmp_path / "a.wav", rate_hz=48000, channels=1) as writer:
            writer.write(noise(1, 100))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        write_and_fail()
    assert list(tmp_path.iterdir()) == []


def test_an_existing_file_stays_until_the_new_one_is_whole(tmp_path: Path) -> None:
    path = write(tmp_path / "a.wav", noise(1, 100))
    before = path.read_bytes()
    writer = WavWriter(path, rate_hz=48000, channels=1)
    writer.write(noise(1, 50))
    assert path.read_bytes() == before
    writer.discard()
    assert path.read_bytes() == before


def test_a_kept_partial_file_is_continued(tmp_path: Path) -> None:
    block = noise(2, 1000)
    path = tmp_path / "a.wav"
    writer = WavWriter(path, rate_hz=48000, channels=2, keeps_partial=True)
    writer.write(block[:, :600])
    writer.discard()
    assert partial_path(path).exists()
    with WavWriter(path, rate_hz=48000, channels=2, continue_at_samples=500) as writer:
        writer.write(block[:, 500:])
    with map_wav(path) as wav:
        np.testing.assert_array_equal(wav.read(0, 1000), block)
    assert not partial_path(path).exists()


def test_full_disk_is_a_sentence_and_leaves_nothing(tmp_path: Path) -> None:
    class FullDisk:
        def __init__(self, file: object) -> None:
            self.file = file

        def write(self, data: bytes) -> int:
            raise OSError(errno.ENOSPC, "No space left on device")

        def close(self) -> None:
            self.file.close()  # type: ignore[attr-defined]  # whatever was there

    def fill_the_disk() -> None:
        with WavWriter(tmp_path / "a.wav", rate_hz=48000, channels=1) as writer:
            writer._file = FullDisk(writer._file)  # type: ignore[assignment]  # stands for it
            writer.write(noise(1, 100))

    with pytest.raises(MediaWorkError, match=r"disk is full"):
        fill_the_disk()
    assert list(tmp_path.iterdir()) == []


def test_missing_folder_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(MediaWorkError, match="folder doesn't exist"):
        WavWriter(tmp_path / "no" / "a.wav", rate_hz=48000, channels=1)
    with pytest.raises(MediaError, match="isn't there"):
        map_wav(tmp_path / "no.wav")


def test_blocks_of_other_channels_are_refused(tmp_path: Path) -> None:
    writer = WavWriter(tmp_path / "a.wav", rate_hz=48000, channels=2)
    with pytest.raises(ValueError, match="shape"):
        writer.write(noise(1, 10))
    writer.discard()


def test_a_truncated_file_is_read_as_far_as_it_goes(tmp_path: Path) -> None:
    block = noise(2, 1000)
    path = write(tmp_path / "a.wav", block)
    path.write_bytes(path.read_bytes()[:-4001])
    with map_wav(path) as wav:
        assert wav.length_samples == 1000 - 501
        np.testing.assert_array_equal(wav.read(0, 499), block[:, :499])


@pytest.mark.parametrize(
    ("name", "offset", "value"),
    [
        (b"fmt ", 2, b"\x00\x00"),  # no channels
        (b"fmt ", 2, b"\xff\xff"),  # 65535 channels
        (b"fmt ", 4, bytes(4)),  # no rate
        (b"fmt ", 4, b"\xff\xff\xff\xff"),
        (b"fmt ", 12, b"\x01\x00"),  # block of one byte
        (b"fmt ", 14, b"\x08\x00"),  # 8 bits
        (b"fmt ", 0, b"\x55\x00"),  # mp3
        (b"fmt ", -4, b"\xf0\xff\xff\xff"),  # a chunk past the end of the file
        (b"fmt ", -8, b"junk"),
        (b"data", -8, b"junk"),
    ],
)
def test_lying_headers_are_sentences(
    tmp_path: Path, name: bytes, offset: int, value: bytes
) -> None:
    data = bytearray(write(tmp_path / "a.wav", noise(2, 1000)).read_bytes())
    place = data.index(name) + 8 + offset
    data[place : place + len(value)] = value
    (tmp_path / "a.wav").write_bytes(data)
    with pytest.raises(MediaError, match=r"a\.wav"):
        map_wav(tmp_path / "a.wav")


def test_any_single_damaged_byte_is_harmless(tmp_path: Path) -> None:
    good = write(tmp_path / "a.wav", noise(2, 20), bext=BroadcastExtension()).read_bytes()
    path = tmp_path / "b.wav"
    for place in range(len(good)):
        path.write_bytes(good[:place] + bytes([good[place] ^ 0xFF]) + good[place + 1 :])
        try:
            with map_wav(path) as wav:
                assert wav.read(0, 20).shape == (wav.channels, 20)
            read_chunks(path)
        except MediaError:
            pass


def test_any_truncation_is_harmless(tmp_path: Path) -> None:
    good = write(tmp_path / "a.wav", noise(2, 20), bext=BroadcastExtension()).read_bytes()
    path = tmp_path / "b.wav"
    for length in range(len(good)):
        path.write_bytes(good[:length])
        try:
            with map_wav(path) as wav:
                wav.read(0, 20)
            read_chunks(path)
        except MediaError:
            pass


def test_samples_that_are_no_numbers_read_as_silence(tmp_path: Path) -> None:
    block = noise(2, 4)
    block[0, 1], block[1, 2], block[1, 3] = np.nan, np.inf, -np.inf
    with map_wav(write(tmp_path / "a.wav", block)) as wav:
        read = wav.read(0, 4)
    assert not read[[0, 1, 1], [1, 2, 3]].any()
    np.testing.assert_array_equal(read[0, [0, 2, 3]], block[0, [0, 2, 3]])


def test_file_closed_while_a_read_is_under_way_is_silent(tmp_path: Path) -> None:
    path = tmp_path / "sound.wav"
    with WavWriter(path, rate_hz=48000, channels=2) as writer:
        writer.write(np.ones((2, 100), np.float32))
    wav = map_wav(path)
    under_way = wav._samples[:10]
    wav.close()
    assert not wav.read(0, 10).any()
    assert under_way.any()
