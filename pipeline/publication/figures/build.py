"""Draw every figure, or one, into a folder: SVG, PNG and the CSV of what is drawn."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from pipeline.contracts.model import Lang
from pipeline.contracts.origins import shown_origin, weakest_of
from pipeline.contracts.registry import contract
from pipeline.errors import NothingToDrawError, UnknownNameError
from pipeline.indicators.card import card
from pipeline.paths import Layout
from pipeline.publication.exports import write_csv
from pipeline.publication.figures import (
    draw_activite,
    draw_cartes,
    draw_centres,
    draw_cpts,
    draw_creneaux,
    draw_finances,
    draw_parc,
)
from pipeline.publication.figures.model import (
    Draw,
    DrawMap,
    Drawn,
    Figure,
    FigureSpec,
    needed,
    specs,
)
from pipeline.publication.figures.printed import with_printed
from pipeline.publication.figures.style import finish, new_figure, save
from pipeline.store.parquet import read_built

if TYPE_CHECKING:
    from matplotlib.axes import Axes

DRAWINGS: dict[str, Draw] = {
    "couverture_cpts_departement": draw_cpts.couverture_cpts_departement,
    "taux_remplissage_publies": draw_cpts.taux_remplissage_publies,
    "canaux_entree": draw_cpts.canaux_entree,
    "devenir_creneaux": draw_creneaux.devenir_creneaux,
    "resultat_exploitation_statut": draw_centres.resultat_exploitation_statut,
    "charges_financements": draw_centres.charges_financements,
    "resultat_exploitation_recalcule": draw_finances.resultat_exploitation_recalcule,
    "effet_ciseau": draw_finances.effet_ciseau,
    "scenarios_cds": draw_finances.scenarios_cds,
    "parc_gestionnaire": draw_parc.parc_gestionnaire,
    "actes_par_etp_gestionnaire": draw_activite.actes_par_etp_gestionnaire,
    "comparaison_liberaux": draw_activite.comparaison_liberaux,
}
MAPS: dict[str, DrawMap] = {
    "carte_part_actes_mg_cds": draw_cartes.carte_part_actes_mg_cds,
    "carte_evolution_population": draw_cartes.carte_evolution_population,
}


def figure_spec(figure_id: str) -> FigureSpec:
    """Return the texts of a figure; UnknownNameError names those that exist."""
    if figure_id not in specs():
        raise UnknownNameError(f"no figure is named {figure_id!r}; there are: {', '.join(specs())}")
    return specs()[figure_id]


def figure_table(layout: Layout, spec: FigureSpec) -> pa.Table:
    """Return the rows of a figure's indicator, with the printed values it stands beside."""
    indicator = card(spec.indicator)
    table = read_built(layout, indicator)
    if spec.mesure is not None:
        return measure_rows(table, spec.mesure)
    if spec.beside is None:
        return table
    beside = card(spec.beside)
    return with_printed(table, indicator, beside, read_built(layout, beside))


def measure_rows(table: pa.Table, mesure: str) -> pa.Table:
    """Return the departments of one measure; each row has the origin of its own cell."""
    asked = pc.and_(
        pc.equal(table["mesure_code"], mesure), pc.equal(table["territoire_niveau"], "departement")
    )
    rows = table.filter(asked)
    return rows.set_column(
        rows.schema.get_field_index("origin"), "origin", rows.column("origine_code")
    )


def drawn_by(layout: Layout, spec: FigureSpec, axes: Axes, table: pa.Table, lang: Lang) -> Drawn:
    """Call the drawing of a figure, with its map if it has one."""
    if spec.carte is None:
        return DRAWINGS[spec.id](axes, table, lang)
    return MAPS[spec.id](axes, table, read_built(layout, contract(spec.carte)), lang)


def draw_figure(layout: Layout, figure_id: str, folder: Path, lang: Lang) -> Figure:
    """Draw one figure.

    Args:
        layout: the project root; the figure's indicator must exist.
        figure_id: its id in `figures.yml`.
        folder: where the files go.
        lang: language of its texts.

    Raises:
        NothingToDrawError: the indicator has none of the rows the figure draws.
    """
    spec = figure_spec(figure_id)
    table = figure_table(layout, spec)
    valued = table.filter(pc.is_valid(table["origin"])) if spec.mesure else table
    origin = shown_origin(spec.nature, weakest_of(valued))
    canvas, axes = new_figure(spec)
    try:
        needed(table.to_pylist())
        drawn = drawn_by(layout, spec, axes, table, lang)
    except NothingToDrawError as error:
        raise NothingToDrawError(f"figure {figure_id}: {error}") from None
    finish(canvas, spec, drawn, origin, lang)
    files = save(canvas, folder, figure_id)
    files["csv"] = folder / f"{figure_id}.csv"
    write_csv(drawn.data, files["csv"])
    return Figure(
        spec=spec,
        origin=origin,
        lecture=spec.lecture[lang].format(**drawn.marks),
        alt=spec.alt[lang].format(**drawn.marks),
        data=drawn.data,
        files=files,
    )


def draw_all(layout: Layout, folder: Path, lang: Lang) -> list[Figure]:
    """Draw every figure the data allow, in the order of `figures.yml`.

    A user's own data may lack what a figure is about, such as accounts or a year.
    """
    folder.mkdir(parents=True, exist_ok=True)
    found = []
    for figure_id in specs():
        with suppress(NothingToDrawError):
            found.append(draw_figure(layout, figure_id, folder, lang))
    return found
