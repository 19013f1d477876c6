"""Apache Spark on this machine: one driver and two executors, three processes, behind Connect.

`make spark` puts the whole of Spark in `.spark`, outside the environment of its client: the two do
not live in one. Java is needed too. `python -m tests.spark_cluster` starts the same cluster by hand
and prints its address.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.paths import PACKAGE

SPARK_HOME = PACKAGE.parent / ".spark" / "pyspark"
EXECUTORS = 2
# Two executors of one core and 2048 MB each: a process of the JVM each.
MASTER = f"local-cluster[{EXECUTORS},1,2048]"
SERVER = "org.apache.spark.sql.connect.service.SparkConnectServer"
START_SECONDS = 120
# Tables of a few thousand rows: the fewer pieces and the less code to compile, the sooner done.
SMALL_DATA = {
    "spark.sql.shuffle.partitions": "2",
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
}


@dataclass(frozen=True)
class Cluster:
    """A running cluster: its Connect address, and that of its monitoring pages."""

    remote: str
    monitor: str

    def executors(self) -> dict[str, dict[str, Any]]:
        """Return what the driver says of each executor, by id; the driver itself left out."""
        (application,) = read_json(f"{self.monitor}/api/v1/applications")
        listed = read_json(f"{self.monitor}/api/v1/applications/{application['id']}/executors")
        return {found["id"]: found for found in listed if found["id"] != "driver"}


def read_json(address: str) -> Any:
    """Read a page of the driver's monitoring API, on this machine."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(address, timeout=10) as answer:
        return json.load(answer)


def missing() -> str:
    """Say what a cluster lacks here; empty when nothing."""
    if not shutil.which("java"):
        return "Apache Spark needs Java, which is not on the path"
    if not (SPARK_HOME / "bin" / "spark-submit").is_file():
        return "Apache Spark is not in .spark: run `make spark`"
    return ""


def free_port() -> int:
    """Return a port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def command(connect: int, monitor: int, settings: Mapping[str, str]) -> list[str]:
    """Return the command that starts the server."""
    given = {
        "spark.connect.grpc.binding.address": "127.0.0.1",
        "spark.connect.grpc.binding.port": str(connect),
        "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.ui.port": str(monitor),
        "spark.ui.showConsoleProgress": "false",
        **settings,
    }
    listed = [part for name, value in given.items() for part in ("--conf", f"{name}={value}")]
    submit = str(SPARK_HOME / "bin" / "spark-submit")
    return [submit, "--master", MASTER, "--class", SERVER, *listed, "spark-internal"]


def wait_for(process: subprocess.Popen[bytes], cluster: Cluster, port: int, log: Path) -> None:
    """Wait until the server answers and both executors are there."""
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            if len(cluster.executors()) == EXECUTORS:
                return
        except (OSError, ValueError):
            pass
        time.sleep(0.3)
    tail = "\n".join(log.read_text(errors="replace").splitlines()[-20:])
    raise RuntimeError(f"Spark did not start:\n{tail}")


@contextmanager
def local_cluster(settings: Mapping[str, str] | None = None) -> Iterator[Cluster]:
    """Run a cluster of two executors for the length of a block; its files go with it."""
    connect, monitor = free_port(), free_port()
    cluster = Cluster(f"sc://127.0.0.1:{connect}", f"http://127.0.0.1:{monitor}")
    with tempfile.TemporaryDirectory(prefix="snp-spark-") as folder:
        log = Path(folder) / "server.log"
        places = {"SPARK_WORKER_DIR": folder, "SPARK_LOCAL_DIRS": folder, "SPARK_LOG_DIR": folder}
        inherited = {k: v for k, v in os.environ.items() if not k.startswith(("SPARK_", "PYSPARK"))}
        environment = {
            **inherited,
            **places,
            "SPARK_HOME": str(SPARK_HOME),
            "SPARK_LOCAL_IP": "127.0.0.1",
        }
        with log.open("wb") as written:
            process = subprocess.Popen(
                command(connect, monitor, settings or {}),
                cwd=folder,
                env=environment,
                stdout=written,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        try:
            wait_for(process, cluster, connect, log)
            yield cluster
        finally:
            stop(process)


def stop(process: subprocess.Popen[bytes]) -> None:
    """Stop the driver, which stops its executors; insist after a while."""
    for sign in (signal.SIGTERM, signal.SIGKILL):
        if process.poll() is None:
            os.killpg(process.pid, sign)
            try:
                process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                continue


if __name__ == "__main__":
    if lacking := missing():
        raise SystemExit(lacking)
    with local_cluster() as running:
        print(f"{running.remote}  (monitoring: {running.monitor}); Ctrl-C stops it", flush=True)
        signal.pause()
