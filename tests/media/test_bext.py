from hypothesis import given
from hypothesis import strategies as st

from prismdesk.media.bext import FIXED_BYTES, BroadcastExtension, parse_bext

ascii_text = st.text(st.characters(min_codepoint=32, max_codepoint=126))
loudness = st.one_of(st.none(), st.integers(-32768, 32766).map(lambda n: n / 100))


@given(
    description=ascii_text.map(lambda text: text[:256]),
    originator=ascii_text.map(lambda text: text[:32]),
    position=st.integers(0, 2**64 - 1),
    lufs=loudness,
    history=ascii_text,
)
def test_what_is_written_is_read(
    description: str, originator: str, position: int, lufs: float | None, history: str
) -> None:
    bext = BroadcastExtension(
        description=description,
        originator=originator,
        time_reference_samples=position,
        loudness_lufs=lufs,
        coding_history=history,
    )
    assert parse_bext(bext.encoded()) == bext
    assert len(bext.encoded()) == FIXED_BYTES + len(history)


def test_long_and_foreign_texts_are_cut_and_replaced() -> None:
    bext = parse_bext(BroadcastExtension(description="é" * 300, originator="x" * 40).encoded())
    assert bext.description == "?" * 256
    assert bext.originator == "x" * 32


def test_version_0_has_no_umid_and_no_loudness() -> None:
    data = bytearray(BroadcastExtension(umid=b"u" * 64, loudness_lufs=-23.0).encoded())
    data[346:348] = b"\0\0"
    bext = parse_bext(bytes(data))
    assert bext.umid == b""
    assert bext.loudness_lufs is None


@given(st.binary(max_size=700))
def test_any_bytes_are_read(data: bytes) -> None:
    parse_bext(data)
