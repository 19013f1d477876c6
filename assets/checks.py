"""Results of the library's checks as Dagster asset checks."""

from collections.abc import Iterator

import dagster as dg

from assets.metadata import results_markdown
from pipeline.checks.core import CheckReport
from pipeline.checks.results import ExpectationResult
from pipeline.checks.rules import rules, rules_of
from pipeline.contracts.expectations import families
from pipeline.contracts.model import TableContract

CONTRACT = "contrat"
ACCOUNTS = "comptabilite"
SEVERITY = {"critical": dg.AssetCheckSeverity.ERROR, "warning": dg.AssetCheckSeverity.WARN}


def check_specs(contract: TableContract) -> list[dg.AssetCheckSpec]:
    """Return the checks of a table: its contract, its row account, its rules."""
    key = dg.AssetKey([contract.group, contract.table])
    held = ", ".join(families(contract))
    specs = [
        dg.AssetCheckSpec(CONTRACT, asset=key, blocking=True, description=f"Contrat : {held}."),
        dg.AssetCheckSpec(
            ACCOUNTS, asset=key, blocking=True, description="Lues = gardées + écartées."
        ),
    ]
    return specs + [
        dg.AssetCheckSpec(
            rule.id,
            asset=key,
            blocking=rule.severity == "critical",
            description=f"{rule.title.fr}. {rule.reason.fr}",
        )
        for rule in rules_of(contract.table)
    ]


def check_name(result: ExpectationResult) -> str:
    """Return the asset check a result belongs to."""
    if result.family in rules():
        return result.family
    return ACCOUNTS if result.family == ACCOUNTS else CONTRACT


def check_results(report: CheckReport) -> Iterator[dg.AssetCheckResult]:
    """Yield one result per asset check, with its expectations and its first failures."""
    for checks in report.tables:
        grouped: dict[str, list[ExpectationResult]] = {}
        for result in checks.results:
            grouped.setdefault(check_name(result), []).append(result)
        for name, results in grouped.items():
            failed = [r for r in results if not r.passed]
            worst = "critical" if any(r.severity == "critical" for r in failed) else "warning"
            examples = [f for r in failed for f in r.failures][:10]
            shown = "\n".join(
                f"- {f.source_file} l. {f.source_line}, {f.column} : {f.expected} ; {f.found}"
                for f in examples
            )
            yield dg.AssetCheckResult(
                check_name=name,
                asset_key=dg.AssetKey(["core", checks.table]),
                passed=not failed,
                severity=SEVERITY[worst],
                metadata={
                    "attentes_nb": len(results),
                    "inattendus_nb": sum(r.unexpected for r in results),
                    "connus_nb": sum(r.known for r in results),
                    "detail": dg.MetadataValue.md(results_markdown(results)),
                    "exemples": dg.MetadataValue.md(shown or "aucun"),
                },
            )
