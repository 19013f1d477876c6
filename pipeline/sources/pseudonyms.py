"""Keyed hashes in the place of identifiers: no name or number of a person goes past the door.

HMAC-SHA-256 of the kind and the identifier, first 64 bits, as a signed integer. The same person
has the same pseudonym in every table made with the same key, and nobody without the key can find
the person again by hashing every number there is. Identifiers of rows (an appointment, an act, a
counter) are each met once: one SHA-256 after a key of their kind, a third of the cost.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import re
import secrets
from pathlib import Path

from pipeline.errors import InputError
from pipeline.paths import Layout

KEY_FILE = "cle_pseudonymes"
KEY_BYTES = 32
VARIABLE = "SNP_PSEUDO_KEY"
SHA_BLOCK = 64
# Of synthetic people there is nothing to hide, and outputs must not vary from one machine to the
# next: this key is public.
SYNTHETIC_KEY = hashlib.sha256(b"cle publique des personnes synthetiques").digest()
HEXADECIMAL = re.compile(r"^[0-9a-f]{64}$")


def key_path(layout: Layout) -> Path:
    """Return where the key of real people lies; it must never be shared."""
    return layout.private / KEY_FILE


def read_key(layout: Layout, origin: str, *, make: bool = True) -> bytes:
    """Return the key for files of an origin: public for synthetic people, secret otherwise.

    `SNP_PSEUDO_KEY` gives the secret one (64 hexadecimal digits), else `data/private`; made at
    random, readable by its owner alone, when there is none.

    Args:
        layout: the project root.
        origin: that of the file.
        make: keep the key made; False for a look that leaves nothing behind.

    Raises:
        InputError: a key that is no key.
    """
    if origin == "synthetic":
        return SYNTHETIC_KEY
    if given := os.environ.get(VARIABLE):
        return parse_key(given, VARIABLE)
    path = key_path(layout)
    if path.is_file():
        return parse_key(path.read_text(encoding="ascii", errors="replace"), layout.relative(path))
    key = secrets.token_bytes(KEY_BYTES)
    if make:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(key.hex() + "\n")
    return key


def parse_key(text: str, name: str) -> bytes:
    """Return a key from its hexadecimal form; the text itself is never shown."""
    found = text.strip().lower()
    if not HEXADECIMAL.match(found):
        raise InputError(
            file=name, expected="64 hexadecimal digits", found=f"{len(found)} characters"
        )
    return bytes.fromhex(found)


def key_name(key: bytes) -> str:
    """Return what tells two keys apart without giving them away."""
    return hmac.new(key, b"nom de la cle", hashlib.sha256).hexdigest()[:16]


def pseudonym(key: bytes, kind: str, identifier: str) -> int:
    """Return the pseudonym of one identifier."""
    found = hmac.new(key, f"{kind}|{identifier}".encode(), hashlib.sha256).digest()
    return int.from_bytes(found[:8], "big") - (1 << 63)


def pad_literal(key: bytes, byte: int) -> str:
    """Return one of the two padded keys of an HMAC, as a DuckDB literal."""
    padded = bytes(value ^ byte for value in key.ljust(SHA_BLOCK, b"\0"))
    return "'" + "".join(f"\\x{value:02X}" for value in padded) + "'::BLOB"


def signed_sql(digest: str) -> str:
    """Return the SQL of the first 64 bits of a digest in hexadecimal, as a signed integer."""
    number = f"CAST(('0x' || left({digest}, 16)) AS UBIGINT)"
    return f"CAST(CAST({number} AS HUGEINT) - 9223372036854775808 AS BIGINT)"


def pseudonym_sql(key: bytes, kind: str, expression: str) -> str:
    """Return the SQL of `pseudonym` over a text, for as many rows as there are."""
    inner = f"sha256({pad_literal(key, 0x36)} || encode('{kind}|' || {expression}))"
    return signed_sql(f"sha256({pad_literal(key, 0x5C)} || unhex({inner}))")


def kind_key(key: bytes, kind: str) -> str:
    """Return the key of a kind of rows: 128 bits in hexadecimal, which do not give the key away."""
    return hmac.new(key, kind.encode(), hashlib.sha256).hexdigest()[:32]


def row_number(key: bytes, kind: str, identifier: str) -> int:
    """Return the number of one row."""
    found = hashlib.sha256(f"{kind_key(key, kind)}{identifier}".encode()).digest()
    return int.from_bytes(found[:8], "big") - (1 << 63)


def row_number_sql(key: bytes, kind: str, expression: str) -> str:
    """Return the SQL of `row_number` over a text, for as many rows as there are."""
    return signed_sql(f"sha256('{kind_key(key, kind)}' || {expression})")
