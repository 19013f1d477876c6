"""Which engine computes: what is refused before any work, and how it is said."""

from __future__ import annotations

import socket
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from pipeline.errors import EngineError, InputError
from pipeline.store.engine import DuckDBEngine, EngineChoice, memory_limit
from pipeline.store.quantiles import exact_quantiles
from pipeline.store.spark import server_address


@pytest.mark.parametrize(
    ("choice", "option"),
    [
        (EngineChoice(remote="sc://127.0.0.1:15002"), "--remote"),
        (EngineChoice(workers=2), "--workers"),
        (EngineChoice(data_root="s3a://seau"), "--data-root"),
        (EngineChoice("spark", remote="sc://127.0.0.1:15002", workers=2), "--workers"),
        (EngineChoice("spark", remote="127.0.0.1:15002"), "--remote"),
        (EngineChoice("spark", remote="http://127.0.0.1:15002"), "--remote"),
        (EngineChoice("spark", remote="sc://:15002"), "--remote"),
        (EngineChoice("spark", remote="sc://127.0.0.1:port"), "--remote"),
        (EngineChoice("spark", remote="sc://[::1"), "--remote"),
    ],
)
def test_options_that_make_no_sense_are_the_users_error(choice: EngineChoice, option: str) -> None:
    with pytest.raises(InputError, match=f"^{option}: expected"):
        choice.check()


def test_an_address_without_port_takes_the_usual_one() -> None:
    assert server_address("sc://serveur") == ("serveur", 15002)
    assert server_address("sc://serveur:7/;token=abc") == ("serveur", 7)


def closed_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_nobody_at_the_address_is_told_before_anything_runs(tmp_path: Path) -> None:
    remote = f"sc://127.0.0.1:{closed_port()}"
    command = [sys.executable, "-m", "assets.run", "--engine", "spark", "--remote", remote]
    found = subprocess.run(command, capture_output=True, text=True, check=False)
    assert found.returncode == EngineError.exit_code == 7
    assert found.stdout == ""
    assert found.stderr.startswith("Failed: No Spark Connect server answers at 127.0.0.1:")
    assert "--remote" in found.stderr
    assert "Traceback" not in found.stderr


@pytest.mark.parametrize("package", ["pysail", "pyspark"])
def test_a_missing_extra_is_named(package: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(EngineError, match=rf"{package}\. Install the extra `cluster`"):
        EngineChoice("spark").check()
    with pytest.raises(EngineError, match=rf"{package}\. Install the extra `cluster`"):
        EngineChoice("spark").open(Path())


def test_only_the_fraction_of_a_quantile_moves() -> None:
    sql = "SELECT percentile_cont(0.1) WITHIN GROUP (ORDER BY x) + 0.1, PERCENTILE_CONT( .5 )"
    moved = exact_quantiles(sql)
    assert moved.startswith("SELECT percentile_cont(0.1000000000000000")
    assert ") WITHIN GROUP (ORDER BY x) + 0.1, percentile_cont(0.5000000000000" in moved
    assert exact_quantiles("SELECT 0.1") == "SELECT 0.1"


BIG_SORT = """
SELECT max(rang) AS dernier
FROM (
    SELECT row_number() OVER (ORDER BY hash(i), texte) AS rang, texte
    FROM (SELECT i, repeat('x', 60) || i AS texte FROM range(1000000) t(i))
)
WHERE texte > ''
"""


def test_memory_is_bounded_and_what_is_beyond_goes_to_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SNP_MEMORY", "60MB")
    with DuckDBEngine(threads=1) as engine:
        asked = engine.query("SELECT current_setting('temp_directory') AS folder").to_pylist()
        assert engine.query(BIG_SORT).to_pylist() == [{"dernier": 1_000_000}]
    assert not Path(asked[0]["folder"]).exists()
    # The same sort does not fit in the memory: without the disk it is refused.
    with duckdb.connect() as bare:
        bare.execute("SET threads = 1; SET memory_limit = '60MB'; SET temp_directory = ''")
        with pytest.raises(duckdb.OutOfMemoryException):
            bare.execute(BIG_SORT).fetchall()


@pytest.mark.parametrize("given", ["lots", "0GB", "-1MB", "4", "4 TB"])
def test_a_size_of_memory_that_is_none_is_refused(
    monkeypatch: pytest.MonkeyPatch, given: str
) -> None:
    monkeypatch.setenv("SNP_MEMORY", given)
    with pytest.raises(InputError, match="SNP_MEMORY"):
        memory_limit()
