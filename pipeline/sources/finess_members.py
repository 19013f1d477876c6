"""What a FINESS file holds: itself, what it compresses, or the files of an archive; its date."""

from __future__ import annotations

import datetime as dt
import gzip
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pipeline.errors import InputError
from pipeline.sources.manifest import Entry

DAY = re.compile(r"(?<![0-9])(20[0-9]{2})-?([01][0-9])-?([0-3][0-9])(?![0-9])")
YEAR = re.compile(r"20[0-9]{2}")
# More than ten times the size of the largest file of the register, once unpacked.
LARGEST = 4 * 2**30


@dataclass(frozen=True)
class Member:
    """One text of the register: how errors and rows name it, and its bytes."""

    name: str
    data: bytes


def members(path: Path, name: str) -> Iterator[Member]:
    """Yield the texts of a file: several for a ZIP archive, in the order of their names.

    Raises:
        InputError: an archive that is broken, empty or too large.
    """
    suffix = path.suffix.lower()
    try:
        if suffix == ".zip":
            yield from zipped(path, name)
        elif suffix == ".gz":
            with gzip.open(path) as handle:
                yield Member(name, bounded(handle.read(LARGEST + 1), name))
        else:
            yield Member(name, path.read_bytes())
    except (zipfile.BadZipFile, EOFError, OSError, zlib.error) as error:
        raise InputError(
            file=name, expected=f"a whole {suffix or 'text'} file", found=str(error)
        ) from error


def zipped(path: Path, name: str) -> Iterator[Member]:
    """Yield the texts of an archive; folders and what is hidden are left out."""
    with zipfile.ZipFile(path) as archive:
        listed = [i for i in archive.infolist() if not i.is_dir() and is_text(i.filename)]
        if not listed:
            raise InputError(file=name, expected="a CSV, XML or JSON file inside", found="none")
        for info in sorted(listed, key=lambda info: info.filename):
            if info.file_size > LARGEST:
                bounded(b"", name, info.file_size)
            yield Member(f"{name}#{info.filename}", archive.read(info))


def is_text(name: str) -> bool:
    """May a member of an archive be a file of the register?"""
    last = name.rsplit("/", 1)[-1]
    return last.lower().endswith((".csv", ".txt", ".xml", ".json")) and not last.startswith(".")


def bounded(data: bytes, name: str, size: int | None = None) -> bytes:
    """Refuse what is far larger than the register once unpacked."""
    found = len(data) if size is None else size
    if found > LARGEST:
        raise InputError(
            file=name, expected=f"at most {LARGEST} bytes once unpacked", found=f"{found} or more"
        )
    return data


def extract_date(member: Member, entry: Entry, said: str = "") -> dt.date:
    """Return the day a file describes: as it says, else as its name does, else as declared.

    Args:
        member: the file.
        entry: its line of the manifest.
        said: the date written in the file, if any.

    Raises:
        InputError: none of them is a date.
    """
    # Of the name of a file in an archive, the archive's own name comes last.
    parts = re.split("[#/]", member.name)[::-1]
    for text in (said, *parts, entry.vintage):
        for match in DAY.finditer(text):
            try:
                return dt.date(*map(int, match.groups()))
            except ValueError:
                continue
    if YEAR.fullmatch(entry.vintage):
        return dt.date(int(entry.vintage), 12, 31)
    raise InputError(
        file=member.name,
        expected="the date of the extract, in the file or in its name (20251231)",
        found=f"neither, nor a date as vintage ({entry.vintage!r})",
        hint="Rename the file, or say it: snp add FILE --as finess --vintage 2025-12-31.",
    )
