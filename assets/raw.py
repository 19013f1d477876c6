"""Group raw: the inputs of each source, their bytes verified against the manifest."""

from collections.abc import Iterator
from typing import Any

import dagster as dg

from assets.failures import failure
from assets.metadata import column_schema
from pipeline.contracts.registry import contract
from pipeline.errors import PipelineError
from pipeline.paths import layout
from pipeline.sources.load import verified_paths
from pipeline.sources.manifest import read_manifest
from pipeline.sources.peek import glance
from pipeline.sources.registry import Source, sources


def raw_spec(source: Source) -> dg.AssetSpec:
    """Return the asset of a source; one that fills a single table has the columns of it."""
    facts: dict[str, Any] = {"tables": ", ".join(source.tables)}
    if len(source.tables) == 1:
        facts["dagster/column_schema"] = column_schema(contract(source.tables[0]))
    return dg.AssetSpec(
        key=["raw", source.name],
        group_name="raw",
        description=f"Fichiers de la source « {source.title.fr} », octets vérifiés.",
        metadata=facts,
        kinds=set(source.formats),
    )


@dg.multi_asset(name="raw", specs=[raw_spec(s) for s in sources().values()], can_subset=True)
def raw(context: dg.AssetExecutionContext) -> Iterator[dg.MaterializeResult[None]]:
    """Verify the hash of every input of the selected sources."""
    place = layout()
    try:
        manifest = read_manifest(place)
        for key in sorted(context.selected_asset_keys):
            pairs = verified_paths(place, manifest, key.path[-1])
            seen = [glance(path) for _, path in pairs]
            first = seen[0].first if seen else ["aucun fichier"]
            listed = "\n".join(
                f"- `{entry.path}` {entry.sha256[:16]}… ({entry.origin}, {entry.document})"
                for entry, _ in pairs
            )
            yield dg.MaterializeResult(
                asset_key=key,
                metadata={
                    "dagster/row_count": sum(found.rows for found in seen),
                    "fichiers_nb": len(pairs),
                    "octets_nb": sum(entry.bytes for entry, _ in pairs),
                    "origine": ", ".join(sorted({entry.origin for entry, _ in pairs})),
                    "fichiers": dg.MetadataValue.md(listed),
                    "apercu": dg.MetadataValue.md("\n".join(["```", *first, "```"])),
                },
            )
    except PipelineError as error:
        raise failure(error) from error
