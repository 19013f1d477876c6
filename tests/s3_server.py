"""Object storage on this machine: a server of the S3 protocol in a process of its own, in memory.

`make s3` puts it (moto) in `.s3`, outside the environment of the project. It asks for no
credentials; clients must have some all the same.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from pipeline.paths import PACKAGE
from tests.spark_cluster import free_port

INSTALLED = PACKAGE.parent / ".s3"
START_SECONDS = 30


@dataclass(frozen=True)
class ObjectStore:
    """A running server."""

    address: str

    @property
    def environment(self) -> dict[str, str]:
        """What a client of S3 reads of its environment to reach it."""
        return {
            "AWS_ENDPOINT_URL": self.address,
            "AWS_ALLOW_HTTP": "true",
            "AWS_REGION": "us-east-1",
            "AWS_ACCESS_KEY_ID": "essai",
            "AWS_SECRET_ACCESS_KEY": "essai",
        }

    def ask(self, method: str, key: str, body: bytes = b"") -> None:
        """Send one request of the protocol; HTTPError when it is refused."""
        # A PUT without its length, be it 0, would leave the server waiting for the rest.
        sent = body if method == "PUT" else None
        kind = {"Content-Type": "application/octet-stream"}
        request = urllib.request.Request(f"{self.address}/{key}", sent, kind, method=method)
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        opener.open(request, timeout=10).close()

    def upload(self, folder: Path, prefix: str) -> int:
        """Copy the files below a folder under `bucket/prefix`; returns how many."""
        files = [file for file in sorted(folder.rglob("*")) if file.is_file()]
        for file in files:
            self.ask("PUT", f"{prefix}/{file.relative_to(folder).as_posix()}", file.read_bytes())
        return len(files)


def missing() -> str:
    """Say what the server lacks here; empty when nothing."""
    return "" if (INSTALLED / "moto").is_dir() else "no S3 server in .s3: run `make s3`"


def wait_for(process: subprocess.Popen[bytes], store: ObjectStore) -> None:
    """Wait until the server answers."""
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end and process.poll() is None:
        try:
            store.ask("GET", "")
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError("the S3 server did not start")


@contextmanager
def object_store() -> Iterator[ObjectStore]:
    """Run a server for the length of a block; what it holds goes with it."""
    port = free_port()
    store = ObjectStore(f"http://127.0.0.1:{port}")
    process = subprocess.Popen(
        [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)],
        env={**os.environ, "PYTHONPATH": str(INSTALLED)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        wait_for(process, store)
        yield store
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
