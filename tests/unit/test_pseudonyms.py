"""Keyed hashes in the place of identifiers: alike in SQL and Python, under a key kept apart."""

from __future__ import annotations

import hashlib
import hmac
import stat
from pathlib import Path

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import InputError
from pipeline.paths import Layout
from pipeline.sources.places import identifier
from pipeline.sources.pseudonyms import (
    SYNTHETIC_KEY,
    key_name,
    key_path,
    kind_key,
    pseudonym,
    pseudonym_sql,
    read_key,
    row_number,
    row_number_sql,
)

KEY = bytes(range(32))


def in_the_engine(sql: str, text: str) -> int:
    with duckdb.connect() as connection:
        row = connection.execute(f"SELECT {sql} FROM (SELECT ?::VARCHAR AS x)", [text]).fetchone()
    assert row
    return int(row[0])


@given(st.binary(min_size=1, max_size=64), st.text(max_size=20))
def test_the_engine_and_python_hash_alike(key: bytes, text: str) -> None:
    clean = text.replace("\0", "").encode("utf-8", "ignore").decode()
    assert in_the_engine(pseudonym_sql(key, "effecteur", "x"), clean) == pseudonym(
        key, "effecteur", clean
    )
    assert in_the_engine(row_number_sql(key, "acte", "x"), clean) == row_number(key, "acte", clean)


def test_it_is_the_standard_hmac_cut_to_64_bits() -> None:
    digest = hmac.new(KEY, b"effecteur|10000000001", hashlib.sha256).digest()
    assert pseudonym(KEY, "effecteur", "10000000001") == int.from_bytes(digest[:8], "big") - 2**63


def test_key_and_kind_both_change_the_pseudonym() -> None:
    found = {
        pseudonym(key, kind, "1")
        for key in (KEY, SYNTHETIC_KEY)
        for kind in ("effecteur", "patient")
    }
    assert len(found) == 4
    rows = {
        row_number(key, kind, "1") for key in (KEY, SYNTHETIC_KEY) for kind in ("acte", "compteur")
    }
    assert len(rows) == 4


def test_the_number_of_a_row_tells_nothing_without_the_key() -> None:
    guess = int.from_bytes(hashlib.sha256(b"12").digest()[:8], "big") - 2**63
    assert row_number(KEY, "acte", "12") != guess
    assert kind_key(KEY, "acte") not in KEY.hex()


def test_the_secret_key_is_made_once_for_its_owner_alone(tmp_path: Path) -> None:
    place = Layout(tmp_path)
    first = read_key(place, "real")
    assert len(first) == 32
    assert stat.S_IMODE(key_path(place).stat().st_mode) == 0o600
    assert read_key(place, "real") == first
    assert read_key(Layout(tmp_path / "autre"), "real") != first


def test_a_look_leaves_no_key_behind(tmp_path: Path) -> None:
    read_key(Layout(tmp_path), "real", make=False)
    assert not key_path(Layout(tmp_path)).exists()


def test_synthetic_people_need_no_secret(tmp_path: Path) -> None:
    assert read_key(Layout(tmp_path), "synthetic") == SYNTHETIC_KEY
    assert not key_path(Layout(tmp_path)).exists()


def test_the_environment_gives_the_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SNP_PSEUDO_KEY", KEY.hex())
    assert read_key(Layout(tmp_path), "real") == KEY
    monkeypatch.setenv("SNP_PSEUDO_KEY", "pas une clé")
    with pytest.raises(InputError) as caught:
        read_key(Layout(tmp_path), "real")
    assert "pas une" not in str(caught.value)


def test_the_name_of_a_key_does_not_give_it_away() -> None:
    assert key_name(KEY) != key_name(SYNTHETIC_KEY)
    assert KEY.hex()[:16] not in key_name(KEY)


@pytest.mark.parametrize(
    ("found", "bare"),
    [
        ("810000000011", "10000000011"),
        ("10000000011", "10000000011"),
        ("0441234567", "441234567"),
        ("1950047225", "950047225"),
        ("334173748400020", "34173748400020"),
        (" 810 000 000 011 ", "10000000011"),
        ("syn-1", "SYN-1"),
    ],
)
def test_one_doctor_has_one_writing(found: str, bare: str) -> None:
    with duckdb.connect() as connection:
        row = connection.execute(
            f"SELECT {identifier('x')} FROM (SELECT ?::VARCHAR AS x)", [found]
        ).fetchone()
    assert row == (bare,)
