"""Hundredths of FTE behind each row of table 2: totals, shares and quotas hold together."""

from __future__ import annotations

from functools import lru_cache
from math import ceil, floor

from pipeline.calibration.program import LinearProgram
from pipeline.calibration.published import Published
from pipeline.calibration.rows import Interval

TABLE = "igas_tableau_2"
# Hundredths in one FTE.
CENT = 100
# The finest rows of table 2, and the sums it prints.
ROWS = {
    "medecins_generalistes": 3,
    "medecins_autres_specialites": 4,
    "chirurgiens_dentistes": 5,
    "sages_femmes_autres": 6,
    "pharmaciens": 7,
    "paramedicaux": 8,
    "autres_soignants": 9,
    "medico_administratifs": 10,
}
DOCTORS = ("medecins_generalistes", "medecins_autres_specialites")
MEDICAL = (*DOCTORS, "chirurgiens_dentistes", "sages_femmes_autres")
SUMS = {2: DOCTORS, 1: MEDICAL, 11: tuple(ROWS)}
# Sums stay this far, in hundredths, from the ends of their intervals.
INSIDE = 1e-6


@lru_cache(maxsize=4)
def fte_totals(published: Published) -> dict[str, int]:
    """Return the hundredths of FTE of each finest row.

    The printed rows add up to a tenth too much: each may move inside its rounding interval.

    Raises:
        InfeasibleError: the rows, sums and quotas of the table exclude each other.
    """
    program = LinearProgram()
    cells = {}
    for name, row in ROWS.items():
        wide = published.cell(TABLE, row, "annuels_etp").scaled(CENT)
        cells[name] = program.integer(ceil(wide.low + INSIDE), floor(wide.high - INSIDE))
        program.stay_near(cells[name], wide.middle)
        bind(program, {cells[name]: 1.0}, quota(published, row))
    for row, names in SUMS.items():
        terms = {cells[name]: 1.0 for name in names}
        bind(program, terms, published.cell(TABLE, row, "annuels_etp").scaled(CENT))
        bind(program, terms, quota(published, row))
    solution = program.solve("FTE of table 2")
    return {name: round(solution[cell]) for name, cell in cells.items()}


def quota(published: Published, row: int) -> Interval:
    """Return the hundredths of FTE that the printed quota and headcount of a row allow."""
    heads = published.cell_count(TABLE, row, "effectifs_nb")
    return published.cell(TABLE, row, "quotite_pct").scaled(float(heads))


def bind(program: LinearProgram, terms: dict[int, float], wide: Interval) -> None:
    """Keep a sum strictly inside an interval."""
    program.between(terms, wide.low + INSIDE, wide.high - INSIDE)


def fte_sum(published: Published, row: int) -> int:
    """Return the hundredths of FTE of a printed sum of table 2."""
    totals = fte_totals(published)
    return sum(totals[name] for name in SUMS[row])
