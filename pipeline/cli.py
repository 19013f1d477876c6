"""The `snp` command: a thin front to the library and to the orchestrator.

Exit codes: 0 done, 1 the run failed, 2 a wrong input, 3 a critical check failed, 4 a fault in the
project's own files, 5 an output that does not exist yet, 6 the doctor found something,
7 the engine asked for cannot compute.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

import click

from pipeline.cli_fetch import fetch
from pipeline.contracts.model import Lang
from pipeline.contracts.origins import Origin
from pipeline.errors import PipelineError
from pipeline.options import LANGUAGE, ORIGIN, engine_arguments, engine_options
from pipeline.paths import layout


class Group(click.Group):
    """A group that shows a pipeline error as one paragraph and returns its exit code."""

    def invoke(self, ctx: click.Context) -> object:
        """Run the command; a pipeline error ends it with its text and its exit code."""
        try:
            return super().invoke(ctx)
        except PipelineError as error:
            click.echo(f"{click.style('Error', fg='red', bold=True)}: {error}", err=True)
            sys.exit(error.exit_code)


@click.group(cls=Group, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="snp-observatoire", prog_name="snp")
def main() -> None:
    r"""Open pipeline on unscheduled primary care in France.

    \b
    A first tour:
      snp run                              run everything, then open reports/index.html
      snp indicator                        list the indicators
      snp indicator couverture_snp_departement
      snp trace couverture_snp_departement departement_code=44 annee=2025
      snp query "SELECT * FROM cpts LIMIT 5"
      snp add mon_fichier.csv --as cpts    put your own data in the place of the default
    """


@main.command()
@click.option("--params", type=click.Path(path_type=Path), help="YAML file `name: value`.")
@LANGUAGE
@engine_options
def run(params: Path | None, lang: Lang, **engine: str | int) -> None:
    """Run everything: read, check, compute, publish.

    Nothing is replaced unless every critical check passes.
    """
    root = layout().root
    command = [sys.executable, "-m", "assets.run", "--lang", lang]
    if params:
        command += ["--params", str(params.resolve())]
    command += engine_arguments(engine)
    os.chdir(root)
    sys.stdout.flush()
    os.execv(sys.executable, command)


@main.command()
@click.argument("sql")
@click.option("--csv", "as_csv", is_flag=True, help="Print CSV instead of a table.")
def query(sql: str, as_csv: bool) -> None:
    r"""Run one SQL query on the results, opened read-only.

    \b
    snp query "SELECT cpts_nom, population_nb FROM cpts ORDER BY population_nb DESC LIMIT 5"
    snp query "DESCRIBE couverture_snp_departement"
    """
    from pipeline.publication.exports import csv_text
    from pipeline.publication.terminal import print_table
    from pipeline.store.catalogue import run_query

    found = run_query(layout(), sql)
    if as_csv:
        click.echo(csv_text(found), nl=False)
    else:
        print_table(found)


@main.command()
@click.argument("indicator_id", required=False)
@LANGUAGE
@click.option("--csv", "as_csv", is_flag=True, help="Print the rows as CSV.")
def indicator(indicator_id: str | None, lang: Lang, as_csv: bool) -> None:
    """Show an indicator: definition, caveats, rows with N and origin. Without ID, list them."""
    from pipeline.publication import terminal

    if indicator_id is None:
        terminal.print_indicators(lang)
    else:
        terminal.print_indicator(layout(), indicator_id, lang, as_csv)


@main.command()
@click.argument("figure_id", required=False)
@click.option(
    "-o", "--output", type=click.Path(path_type=Path, file_okay=False), help="Folder to write to."
)
@LANGUAGE
def figure(figure_id: str | None, output: Path | None, lang: Lang) -> None:
    """Draw one figure (SVG, PNG and the CSV of what is drawn). Without ID, list them."""
    from pipeline.publication import terminal

    if figure_id is None:
        terminal.print_figures(lang)
    else:
        terminal.write_figure(layout(), figure_id, output or Path.cwd(), lang)


@main.command()
@click.argument("indicator_id")
@click.argument("where", nargs=-1)
@LANGUAGE
def trace(indicator_id: str, where: tuple[str, ...], lang: Lang) -> None:
    r"""Go back from one row of an indicator to the files and lines it came from.

    WHERE are column=value pairs that name the row.

    \b
    snp trace taux_remplissage_publies creneaux_id=44-erdre-et-cens-1-1
    """
    from pipeline.publication.terminal import print_trace

    print_trace(layout(), indicator_id, where, lang)


@main.command()
@click.argument("indicator_id")
@click.argument("where", nargs=-1)
@click.option(
    "--param", "grids", multiple=True, help="NAME=FROM:TO:STEP or NAME=V1,V2; repeatable."
)
@click.option("--measure", default=None, help="Column to look at.")
@click.option("--params", type=click.Path(path_type=Path), help="YAML file `name: value`.")
@click.option(
    "-o", "--output", type=click.Path(path_type=Path, file_okay=False), help="Folder to write to."
)
@LANGUAGE
def sensitivity(
    indicator_id: str, where: tuple[str, ...], grids: tuple[str, ...], lang: Lang, **said: Any
) -> None:
    r"""Compute an indicator over a grid of its parameters: how far does it move?

    WHERE are column=value pairs that keep some rows. Writes a table and a figure by parameter.

    \b
    snp sensitivity surprecarite --param surprecarite_seuil_points=0:20:2
    snp sensitivity densites_territoires --param densite_population_variante=municipale,totale
    """
    from pipeline.indicators.card import card
    from pipeline.indicators.grids import axes_of
    from pipeline.indicators.sensitivity import sensitivity as compute
    from pipeline.parameters import read_parameters
    from pipeline.publication.sensitivity import publish
    from pipeline.publication.terminal import parse_pairs

    found, parameters = card(indicator_id), read_parameters(said["params"])
    pairs = parse_pairs(where)
    table = compute(layout(), found, parameters, axes_of(found, parameters, grids), pairs)
    publish(found, parameters, table, said["output"] or Path.cwd(), said["measure"], lang)


@main.command()
def doctor() -> None:
    """Check the installation, the inputs and the outputs; say what to do about each fault."""
    from pipeline.doctor import examine

    faults = 0
    for finding in examine(layout()):
        mark = click.style("ok", fg="green") if finding.good else click.style("!!", fg="red")
        click.echo(f"{mark}  {finding.text}")
        if not finding.good:
            faults += 1
            click.echo(f"    {finding.advice}")
    if faults:
        sys.exit(6)


@main.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--as", "source", required=True, help="What the file is, such as cpts or ecds.")
@click.option("--origin", type=ORIGIN, default=None)
@click.option("--producer", default=None, help="Who made the file.")
@click.option("--title", default=None, help="What the file is.")
@click.option("--licence", default=None, help="Under what terms it may be used.")
@click.option("--document", default=None, help="Document or address it comes from.")
@click.option("--vintage", default=None, help="Period the data describe.")
@click.option("--obtained", default=None, help="Date it was obtained, as YYYY-MM-DD.")
@click.option("--alone", is_flag=True, help="Put to sleep the other files of the source.")
def add(file: Path, source: str, alone: bool, **said: str | None) -> None:
    """Accept FILE as an input: copy it to data/raw/SOURCE and list its hash.

    A new file takes the place of the default one, and its origin is `real` unless told. Several
    files of `ecds`, one by year or by table, join each other. A file that already lies in data/raw
    keeps what the manifest says of it: this accepts its new bytes.
    """
    from pipeline.sources.add import accept, files_of

    entry = accept(layout(), file, source, said, alone=alone)
    click.echo(f"data/raw/{entry.path} listed as {entry.source} ({entry.origin}).")
    for active, word in ((True, "Read"), (False, "Asleep")):
        listed = ", ".join(files_of(layout(), source, active=active))
        click.echo(f"{word}: {listed or 'none'}.")
    click.echo("Run `snp run` to use it.")


@main.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--as", "source", required=True, help="What the file is.")
@click.option("--origin", type=ORIGIN, default=None, help="As it would be added; real by default.")
def check(file: Path, source: str, origin: Origin | None) -> None:
    """Say what is wrong with FILE, line by line, before it is added.

    First how it was read: layout, encoding, separator. Then what does not parse, what breaks the
    contract, and what the rules of the source find, among the files it would join.
    """
    from pipeline.preview import inspect_file

    found = inspect_file(layout(), file, source, origin)
    for line in (*found.notes, *found.problems):
        click.echo(str(line))
    click.echo(f"{len(found.problems)} problem(s) in {file.name}.")
    if found.problems:
        sys.exit(2)


@main.command("convert")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--as", "source", required=True, help="What the file is.")
@click.option("--table", default=None, help="Which table, where the file fills several.")
@click.option("-o", "--output", type=click.Path(path_type=Path), required=True)
def convert_file(file: Path, source: str, table: str | None, output: Path) -> None:
    """Write the canonical table of FILE to a new Parquet file, without adding it."""
    from pipeline.convert import convert

    name, rows = convert(layout(), file, source, output, table)
    click.echo(f"{output}: {rows} rows of {name}.")


@main.command()
@click.argument("source")
@click.option("-o", "--output", type=click.Path(path_type=Path), help="File to write.")
def template(source: str, output: Path | None) -> None:
    """Write an empty file for SOURCE: a CSV with a guide to its columns, or a workbook.

    The workbook of `ecds` has drop-down lists, a note on each header and an example row.
    """
    from pipeline.templates import default_target, write_template

    written = write_template(source, output or default_target(source))
    click.echo("\n".join(str(path) for path in written))


@main.command()
@click.option("--force", is_flag=True, help="Calibrate even when nothing has changed.")
def calibrate(force: bool) -> None:
    """Calibrate the synthetic panel of health centres and slot feeds on the published values.

    Nothing is done of what already comes from the present published values and code.
    """
    from pipeline.synthetic import make_all

    for line in make_all(layout(), force):
        click.echo(line)


@main.command()
@click.option("--check", "only_check", is_flag=True, help="Only say whether they are up to date.")
def docs(only_check: bool) -> None:
    """Write the generated pages of docs/: data dictionary and indicator cards."""
    from pipeline.publication.docs import outdated, write_docs

    if only_check:
        late = outdated(layout())
        click.echo("\n".join(f"out of date: {name}" for name in late) or "docs are up to date")
        sys.exit(1 if late else 0)
    for path in write_docs(layout()):
        click.echo(path)


main.add_command(fetch)


if __name__ == "__main__":
    main()
