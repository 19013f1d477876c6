"""The encoding of a text export: found from its bytes, said to the user, refused in doubt."""

from __future__ import annotations

import re

from pipeline.errors import InputError

BOM = b"\xef\xbb\xbf"
UTF16 = (b"\xff\xfe", b"\xfe\xff")
# Signs of cp1252 between 0x80 and 0x9F that French text holds. In files of other systems (cp850,
# Mac Roman) accented letters fall on the other ones.
CP1252_SIGNS = "€…‹›‘’“”•–—™œŒŸ"
C1_SIGNS = bytes(range(0x80, 0xA0)).decode("cp1252", "ignore")
FOREIGN = re.compile("[" + "".join(sorted({*C1_SIGNS} - {*CP1252_SIGNS})) + "]")
# UTF-8 read as cp1252 and saved again: a lead byte shown as a letter, then what follows it. One
# pattern each, for a text of a hundred megabytes is searched five times faster than by their union.
MOJIBAKE = tuple(
    re.compile(pattern)
    for pattern in ("\ufffd", "ï¿½", "â€.", "â‚¬", "[ÂÃÅ][\u0080-\u00bf\u0152-\u2122]")
)


def broken_accent(text: str) -> re.Match[str] | None:
    """Return the first accent broken by an earlier conversion, if any."""
    found = [match for pattern in MOJIBAKE if (match := pattern.search(text))]
    return min(found, key=lambda match: match.start(), default=None)


def line_at(text: str | bytes, position: int) -> int:
    """Return the line of a position, from 1."""
    before = text[:position]
    return (before.count("\n") if isinstance(before, str) else before.count(b"\n")) + 1


def refuse_mojibake(text: str, name: str) -> None:
    """Refuse a text whose accents were broken before it came here."""
    if found := broken_accent(text):
        raise InputError(
            file=name,
            line=line_at(text, found.start()),
            expected="accents as they are written",
            found=f"{found[0]!r}, an accent broken by an earlier conversion",
            hint="Export the file again: what was lost cannot be guessed.",
        )


def holds_c1(data: bytes) -> bool:
    """Has a text any byte from 0x80 to 0x9F? Latin-1 has none, and needs no closer look."""
    return len(data.translate(None, bytes(range(0x80, 0xA0)))) < len(data)


def decode_cp1252(data: bytes, name: str, fault: UnicodeDecodeError) -> str:
    """Decode cp1252, of which Latin-1 text is a part.

    Args:
        data: the bytes.
        name: how errors name the file.
        fault: why the bytes are no UTF-8.
    """
    place = line_at(data, fault.start)
    byte = f"byte 0x{data[fault.start]:02X}"
    try:
        text = data.decode("cp1252")
    except UnicodeDecodeError as error:
        raise InputError(
            file=name,
            line=line_at(data, error.start),
            expected="UTF-8 or cp1252 text",
            found=f"byte 0x{data[error.start]:02X}, which neither holds there",
        ) from None
    if broken_accent(text):
        raise InputError(
            file=name, line=place, expected="one encoding", found=f"{byte} in a text of UTF-8"
        )
    if holds_c1(data) and (found := FOREIGN.search(text)):
        raise InputError(
            file=name,
            line=line_at(text, found.start()),
            expected="UTF-8 or cp1252 text",
            found=f"{found[0]!r} if it were cp1252, which French text does not hold",
            hint="Save the file again as UTF-8.",
        )
    return text


def decode_export(data: bytes, name: str) -> tuple[str, str]:
    """Return the text of an export and the name of its encoding.

    Raises:
        InputError: bytes of neither UTF-8 nor cp1252, broken accents, or no text at all.
    """
    if data.startswith(UTF16):
        raise InputError(
            file=name, line=1, expected="UTF-8 or cp1252 text", found="UTF-16",
            hint="Save the file again as CSV UTF-8.",
        )  # fmt: skip
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        text, encoding = decode_cp1252(data, name, error), "cp1252"
    else:
        encoding = "UTF-8 with BOM" if data.startswith(BOM) else "UTF-8"
        refuse_mojibake(text, name)
    if not text.strip():
        raise InputError(file=name, expected="a header line and rows", found="an empty file")
    return text, encoding
