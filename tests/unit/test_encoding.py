"""Encodings: what can be told is told, what cannot is refused with its line."""

from __future__ import annotations

import pytest

from pipeline.errors import InputError
from pipeline.sources.encoding import decode_export

TEXT = "Année;Catégorie\n2022;Médical – à l’œuvre, 12 €\n2021;« Polyvalent »\n"


@pytest.mark.parametrize(
    ("encoding", "said"),
    [("utf-8", "UTF-8"), ("utf-8-sig", "UTF-8 with BOM"), ("cp1252", "cp1252")],
)
def test_the_encoding_is_found_and_said(encoding: str, said: str) -> None:
    assert decode_export(TEXT.encode(encoding), "a.csv") == (TEXT, said)


def test_latin_1_reads_as_its_larger_sister() -> None:
    text = "Année;Médical\n2022;Été\n"
    assert decode_export(text.encode("latin-1"), "a.csv") == (text, "cp1252")


def refused(data: bytes) -> InputError:
    with pytest.raises(InputError) as caught:
        decode_export(data, "a.csv")
    assert caught.value.file == "a.csv"
    return caught.value


@pytest.mark.parametrize(
    "word", ["MÃ©dical", "CÃ´te", "â‚¬", "lâ€™annÃ©e", "Å“uvre", "Â°", "M\ufffd"]
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_a_broken_accent_is_refused_with_its_line(word: str, encoding: str) -> None:
    error = refused(f"Année\n2022\n{word}\n".encode(encoding))
    assert error.line == 3
    assert "an accent broken" in error.found


def test_accents_broken_twice_are_refused() -> None:
    once = "Médical".encode().decode("cp1252")
    assert refused(f"a\n{once}\n".encode("cp1252").decode("cp1252").encode()).line == 2


def test_two_encodings_in_a_file_are_refused() -> None:
    error = refused("Année\n".encode() + "Médical\n".encode("cp1252"))
    assert error.line == 2
    assert error.found == "byte 0xE9 in a text of UTF-8"


@pytest.mark.parametrize(
    ("data", "line"),
    [
        (b"a\nb\n\xe9\x81\n", 3),
        ("a\nMédical\n".encode("mac_roman"), 2),
        ("a\nMédical\n".encode("cp850"), 2),
        ("a\nété\n".encode("utf-16"), 1),
    ],
)
def test_other_encodings_are_refused_with_their_line(data: bytes, line: int) -> None:
    assert refused(data).line == line


@pytest.mark.parametrize("data", [b"", b"\n \n", b"\xef\xbb\xbf"])
def test_no_text_is_refused(data: bytes) -> None:
    assert refused(data).found == "an empty file"
