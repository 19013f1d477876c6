"""Group raw: the inputs of each source, their bytes verified against the manifest."""

from collections.abc import Iterator

import dagster as dg

from assets.failures import failure
from assets.metadata import column_schema
from pipeline.contracts.registry import contract
from pipeline.errors import PipelineError
from pipeline.paths import layout
from pipeline.sources.load import core_tables, verified_paths
from pipeline.sources.manifest import read_manifest

PREVIEW_LINES = 5
SPECS = [
    dg.AssetSpec(
        key=["raw", source],
        group_name="raw",
        description=f"Fichiers de la source « {contract(source).title.fr} », octets vérifiés.",
        metadata={"dagster/column_schema": column_schema(contract(source))},
        kinds={"csv"},
    )
    for source in core_tables()
]


@dg.multi_asset(name="raw", specs=SPECS, can_subset=True)
def raw(context: dg.AssetExecutionContext) -> Iterator[dg.MaterializeResult[None]]:
    """Verify the hash of every input of the selected sources."""
    place = layout()
    try:
        manifest = read_manifest(place)
        for key in sorted(context.selected_asset_keys):
            pairs = verified_paths(place, manifest, key.path[-1])
            first = pairs[0][1].read_text("utf-8", errors="replace").splitlines()[:PREVIEW_LINES]
            lines = sum(path.read_bytes().count(b"\n") for _, path in pairs)
            listed = "\n".join(
                f"- `{entry.path}` {entry.sha256[:16]}… ({entry.origin}, {entry.document})"
                for entry, _ in pairs
            )
            yield dg.MaterializeResult(
                asset_key=key,
                metadata={
                    "dagster/row_count": lines - len(pairs),
                    "fichiers_nb": len(pairs),
                    "octets_nb": sum(entry.bytes for entry, _ in pairs),
                    "origine": ", ".join(sorted({entry.origin for entry, _ in pairs})),
                    "fichiers": dg.MetadataValue.md(listed),
                    "apercu": dg.MetadataValue.md("\n".join(["```", *first, "```"])),
                },
            )
    except PipelineError as error:
        raise failure(error) from error
