"""What a file is that should be a weight file and isn't, with what to do about it."""

from __future__ import annotations

from typing import NamedTuple

HEAD_BYTES = 1024
"""How much of a file's beginning is enough to tell."""

_AGAIN = "fetch it again"
_ORIGINAL = "fetch the publisher's .pth or .safetensors file"
_UNPACK = "unpack it and use the weight file inside"


class OtherFile(NamedTuple):
    """What it is ("a web page") and what to do ("fetch it again"), to be put into a sentence."""

    what: str
    advice: str


_PAGE = OtherFile(
    "a web page, perhaps one that asks for a login or a licence",
    "accept the licence at its publisher and fetch the file itself",
)
_POINTER = OtherFile("a Git LFS pointer that only stands for the file", "fetch the file itself")
_PACKED = OtherFile("a packed archive", _UNPACK)

_BEGINNINGS: tuple[tuple[bytes, OtherFile], ...] = (
    (b"version https://git-lfs.github.com/", _POINTER),
    (b"GGUF", OtherFile("a GGUF file, made for other programs", _ORIGINAL)),
    (b"\x89HDF", OtherFile("an HDF5 file", _ORIGINAL)),
    (b"\x93NUMPY", OtherFile("a NumPy array", _ORIGINAL)),
    (b"\x1f\x8b", _PACKED),
    (b"7z\xbc\xaf", _PACKED),
    (b"Rar!", _PACKED),
    (b"\x28\xb5\x2f\xfd", _PACKED),
    (b"\xfd7zXZ", _PACKED),
)
_MARKUP = (b"<!doctype", b"<html", b"<head", b"<?xml", b"<!--")


def recognise_other(head: bytes) -> OtherFile | None:
    """Return what a file is by its first bytes, or None if nothing is known about them."""
    if not head:
        return OtherFile("empty", _AGAIN)
    for beginning, other in _BEGINNINGS:
        if head.startswith(beginning):
            return other
    if head[257:262] == b"ustar":
        return _PACKED
    text = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if text.startswith(_MARKUP):
        return _PAGE
    if text.startswith((b"{", b"[")):
        return OtherFile("a JSON file", "choose the weight file beside it")
    if not any(head):
        return OtherFile("a row of zeros where it begins", _AGAIN)
    if all(byte in b"\t\r\n" or 32 <= byte < 127 for byte in head):
        return OtherFile("a text file", _AGAIN)
    return None
