"""Lines of a synthetic month: acts by region in and out of centres, and the traps of the format.

Each trap leaves the sums as they are: a line doubled by a supplementary reimbursement has no
filtered quantity, a reversal comes with what it reverses, a complement counts no act, and what is
no act of a GP (other specialties, hospitals, pharmacies) is there to be left out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from itertools import pairwise
from pathlib import Path

from pipeline.contracts.model import Strict
from pipeline.contracts.registry import read_yaml

FILE = Path(__file__).resolve().parent / "month.yml"
TABLE = "igas_part_actes_mg_cds_territoires"
CENT = Decimal("0.01")
Line = dict[str, str]
IN_CENTRE = {"ETE_CAT_SNDS": "2206", "ETE_TYP_SNDS": "6", "MFT_COD": "36", "PSE_STJ_SNDS": "2"}
IN_PRACTICE = {"ETE_CAT_SNDS": "9999", "ETE_TYP_SNDS": "99", "MFT_COD": "99", "PSE_STJ_SNDS": "1"}
IN_HOSPITAL = {"ETE_CAT_SNDS": "1102", "ETE_TYP_SNDS": "1", "MFT_COD": "3", "PSE_STJ_SNDS": "2"}


class Nature(Strict):
    """One nature of act: its share in a hundred, its fee in euros."""

    share: int
    fee: Decimal


class Month(Strict):
    """What a synthetic month is made of; see `month.yml`."""

    columns: tuple[str, ...]
    flows: dict[int, str]
    territories: dict[str, tuple[str, ...]]
    country: str
    rest: str
    population: dict[str, int]
    inhabitants_per_act: int
    natures: dict[str, Nature]
    ages: tuple[str, ...]
    sexes: tuple[str, ...]


@dataclass(frozen=True)
class Place:
    """The acts of GPs of one region: all of them, and those done in centres."""

    region: str
    acts: int
    in_centres: int


@cache
def month() -> Month:
    """Return what a synthetic month is made of."""
    return Month.model_validate(read_yaml(FILE))


def printed_shares(cells: Sequence[Mapping[str, object]], year: int) -> dict[str, Decimal]:
    """Return the printed share of centres, in %, by territory; the middle of a printed range.

    Args:
        cells: rows of `published_tables`.
        year: the year of the shares.
    """
    table: dict[object, dict[str, str]] = {}
    for cell in cells:
        if cell["tableau_id"] == TABLE:
            row = table.setdefault(cell["ligne_rang"], {})
            row[str(cell["colonne"])] = str(cell["valeur_imprimee"] or "")
    found = {}
    for row in table.values():
        if row["annee"] == str(year) and row["qualificatif"] in ("", "intervalle"):
            bounds = [row[name] for name in ("part_min_pct", "part_pct", "part_max_pct")]
            known = [Decimal(value) for value in bounds if value]
            found[row["territoire"]] = sum(known, Decimal(0)) / len(known)
    return found


def places(shares: Mapping[str, Decimal]) -> list[Place]:
    """Return the acts of each region whose share is printed, and of the rest of the country."""
    made = month()
    total = round(Decimal(sum(made.population.values())) / made.inhabitants_per_act)
    in_centres = round(total * shares[made.country] / 100)
    found = []
    for name, regions in made.territories.items():
        for region in regions if name in shares else ():
            acts = round(Decimal(made.population[region]) / made.inhabitants_per_act)
            found.append(Place(region, acts, round(acts * shares[name] / 100)))
    acts = total - sum(place.acts for place in found)
    rest = in_centres - sum(place.in_centres for place in found)
    return sorted([*found, Place(made.rest, acts, rest)], key=lambda place: place.region)


def split(total: int, weights: Sequence[int]) -> list[int]:
    """Cut a whole number in whole parts by weights; the parts add up to it."""
    bounds, seen = [0], 0
    for weight in weights:
        seen += weight
        bounds.append(total * seen // sum(weights))
    return [high - low for low, high in pairwise(bounds)]


def number(value: Decimal | int) -> str:
    """Write a number as Open DAMIR does: point, no trailing zero, no zero before the point."""
    text = f"{value:f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return text.replace("0.", ".", 1) if text.lstrip("-").startswith("0.") else text


def line_of(flow: str, **told: str) -> Line:
    """Return a line of which nothing is known but what is told."""
    blank = dict.fromkeys(month().columns, "99")
    year, before = int(flow[:4]), int(flow[4:]) - 1
    known = {
        "FLX_ANN_MOI": flow,
        "SOI_ANN": str(year),
        "SOI_MOI": f"{before:02}",
        "ETP_CAT_SNDS": "9999",
        "CPL_COD": "0",
        "PRS_REM_TYP": "0",
        "PRS_REM_TAU": "70",
        "PRS_FJH_TYP": "0",
        "TOP_PS5_TRG": "1",
        "ETB_DCS_MCO": "Z",
    }
    return {**blank, **known, **told}


def with_acts(
    line: Line, acts: int, paid: Decimal, *, rate: int = 70, filtered: bool = True
) -> Line:
    """Return a line with its quantities and amounts; the filtered ones are nought on a double."""
    refund = (paid * rate / 100).quantize(CENT)
    raw = {
        **dict.fromkeys(("PRS_ACT_COG", "PRS_ACT_NBR", "PRS_ACT_QTE"), number(acts)),
        **dict.fromkeys(("PRS_PAI_MNT", "PRS_REM_BSE"), number(paid)),
        "PRS_DEP_MNT": "0",
        "PRS_REM_MNT": number(refund),
    }
    kept = {
        **dict.fromkeys(("FLT_ACT_COG", "FLT_ACT_NBR", "FLT_ACT_QTE"), number(acts)),
        "FLT_PAI_MNT": number(paid),
        "FLT_DEP_MNT": "0",
        "FLT_REM_MNT": number(refund),
    }
    return {**line, **raw, **(kept if filtered else dict.fromkeys(kept, "0"))}


def gp_lines(flow: str, region: str, acts: int, where: Line) -> Iterator[Line]:
    """Yield the lines of GPs of one region and kind of place, which add up to a number of acts."""
    made = month()
    shares = [nature.share for nature in made.natures.values()]
    for (code, nature), count in zip(made.natures.items(), split(acts, shares), strict=True):
        cells = [(age, sex) for age in made.ages for sex in made.sexes]
        for (age, sex), part in zip(cells, split(count, [1] * len(cells)), strict=True):
            base = line_of(
                flow,
                PRS_NAT=code,
                PSE_SPE_SNDS="1",
                EXE_INS_REG=region if where is IN_PRACTICE else "99",
                ETE_REG_COD="99" if where is IN_PRACTICE else region,
                BEN_RES_REG=region,
                AGE_BEN_SNDS=age,
                BEN_SEX_COD=sex,
                **where,
            )
            yield from with_reversal(base, part, nature.fee)


def with_reversal(base: Line, acts: int, fee: Decimal) -> Iterator[Line]:
    """Yield the acts of a line with one too many, and its reversal; or the line alone."""
    if acts < 2:
        yield with_acts(base, acts, acts * fee)
        return
    yield with_acts(base, acts + 1, (acts + 1) * fee)
    yield with_acts(base, -1, -fee)


def trap_lines(flow: str, region: str) -> Iterator[Line]:
    """Yield lines of a region that count for no act of a GP, one of each kind."""
    office = {"EXE_INS_REG": region, "ETE_REG_COD": "99", "BEN_RES_REG": region}
    gp = line_of(flow, PRS_NAT="1110", PSE_SPE_SNDS="1", **office, **IN_PRACTICE)
    double = with_acts(gp | {"PRS_REM_TYP": "5"}, 40, Decimal(1000), rate=30, filtered=False)
    yield double
    yield with_acts(gp | {"CPL_COD": "1"}, 6, Decimal("120"))
    specialist = line_of(flow, PRS_NAT="1112", PSE_SPE_SNDS="3", **office, **IN_PRACTICE)
    yield with_acts(specialist, 9, Decimal("270"))
    hospital = {"EXE_INS_REG": "99", "ETE_REG_COD": region, "BEN_RES_REG": region}
    emergency = line_of(flow, PRS_NAT="1110", PSE_SPE_SNDS="1", **hospital, **IN_HOSPITAL)
    yield with_acts(emergency, 5, Decimal("125"))
    pharmacy = line_of(flow, PRS_NAT="3313", PSE_SPE_SNDS="0", **office, **IN_PRACTICE)
    drug = with_acts(pharmacy | {"PSE_ACT_SNDS": "50"}, 3, Decimal("1.16"))
    yield drug | {"PRS_ACT_NBR": "", "FLT_ACT_NBR": ""}


def month_lines(flow: str, shares: Mapping[str, Decimal]) -> Iterator[str]:
    """Yield the text of a month, header first, every line with its final separator.

    Args:
        flow: the month of the flow, YYYYMM.
        shares: printed shares of that year, in %.
    """
    columns = month().columns
    yield ";".join(columns) + ";\n"
    for place in places(shares):
        lines = [
            *gp_lines(flow, place.region, place.acts - place.in_centres, IN_PRACTICE),
            *gp_lines(flow, place.region, place.in_centres, IN_CENTRE),
            *trap_lines(flow, place.region),
        ]
        for line in lines:
            yield ";".join(line[name] for name in columns) + ";\n"
