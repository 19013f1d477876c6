"""The job that runs everything, and the sensor that reruns it when an input changes."""

import hashlib

import dagster as dg

from pipeline.paths import layout

everything = dg.define_asset_job(
    "tout", selection=dg.AssetSelection.all(), description="Des fichiers bruts au rapport."
)


def raw_fingerprint() -> str:
    """Return a fingerprint of `data/raw`: names, sizes and modification times."""
    raw = layout().raw
    digest = hashlib.sha256()
    for path in sorted(p for p in raw.rglob("*") if p.is_file()):
        found = path.stat()
        digest.update(f"{path.relative_to(raw)}|{found.st_size}|{found.st_mtime_ns}\n".encode())
    return digest.hexdigest()


@dg.sensor(
    job=everything,
    minimum_interval_seconds=30,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Relance tout quand un fichier de data/raw change.",
)
def raw_changed(context: dg.SensorEvaluationContext) -> dg.SensorResult | dg.SkipReason:
    """Ask for a run when `data/raw` differs from the last look."""
    found = raw_fingerprint()
    if context.cursor is None:
        context.update_cursor(found)
        return dg.SkipReason("premier passage : état de data/raw retenu")
    if found == context.cursor:
        return dg.SkipReason("data/raw n'a pas changé")
    return dg.SensorResult(run_requests=[dg.RunRequest(run_key=found)], cursor=found)
