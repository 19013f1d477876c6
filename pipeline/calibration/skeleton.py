"""Who the centres of the panel are: manager, place, fields they belong to, years they are there."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from pipeline.calibration.published import Published, common_size
from pipeline.calibration.rows import CalibrationError
from pipeline.calibration.transport import fill, largest_remainders
from pipeline.contracts.registry import read_yaml

YEARS = tuple(range(2016, 2023))
LAST = YEARS[-1]
COUNTED = {
    "association": "001-A0183",
    "collectivite_territoriale": "001-A0185",
    "securite_sociale": "001-A0190",
    "mutualiste": "001-A0192",
    "etablissement_public_sante": "001-A0193",
    "prive_commercial": "001-A0194",
    "autre_prive_non_lucratif": "001-A0205",
}
REGIONS = {
    "11": "001-A0157",
    "32": "001-A0158",
    "84": "001-A0159",
    "44": "001-A0160",
    "93": "001-A0161",
}
REGION_GROWTH = {
    "11": "001-A0152",
    "32": "001-A0153",
    "84": "001-A0154",
    "93": "001-A0155",
    "76": "001-A0156",
}
DEPARTMENTS = {
    "11": {"75": "001-A0172", "93": "001-A0173", "92": "001-A0174", "94": "001-A0174"},
    "32": {"62": "001-A0175", "59": "001-A0176"},
}
DEPARTMENT_GROWTH = {"62": "001-A0177", "59": "001-A0178"}
COUNTED_2016 = {
    "prive_commercial": "001-A0201",
    "etablissement_public_sante": "001-A0204",
    "autre_prive_non_lucratif": "001-A0206",
}
TABLE_8_SHARES = range(2, 12)
# Rows of tables 6 and 7 of each manager: they are not printed in the same order.
ROWS_6 = {
    "association": 1,
    "securite_sociale": 2,
    "mutualiste": 3,
    "collectivite_territoriale": 4,
    "autre_public": 5,
    "autre_prive_non_lucratif": 6,
    "prive_commercial": 7,
    "etablissement_public_sante": 8,
}
ROWS_7 = {**ROWS_6, "collectivite_territoriale": 2, "securite_sociale": 3, "mutualiste": 4}


@cache
def choices() -> dict[str, Any]:
    """Return what the report does not print: our own choices."""
    return dict(read_yaml(Path(__file__).resolve().parent / "choices.yml"))


def managers() -> list[str]:
    """Return the managers in the order of the printed tables."""
    return list(choices()["gestionnaires"])


def manager_counts(published: Published) -> dict[str, int]:
    """Return the number of centres of each manager in 2022; what is not printed is the rest."""
    found = {name: published.count(figure) for name, figure in COUNTED.items()}
    found["autre_public"] = published.count("001-A0107") - sum(found.values())
    return {name: found[name] for name in managers()}


def take(frame: pd.DataFrame, chosen: pd.Series, number: int, rng: np.random.Generator) -> Any:
    """Return the index of some rows drawn among those that qualify.

    Raises:
        CalibrationError: fewer rows qualify than are asked for.
    """
    pool = frame.index[chosen]
    if len(pool) < number:
        raise CalibrationError(f"{number} centres wanted, {len(pool)} qualify")
    return rng.choice(pool, number, replace=False)


def draw_managers(published: Published) -> pd.DataFrame:
    """Return one row per centre of 2022 with its manager and detailed status."""
    rows = []
    for name, number in manager_counts(published).items():
        listed = [d for d, count in choices()["details"][name].items() for _ in range(count)]
        if len(listed) != number:
            raise CalibrationError(f"choices.yml details {len(listed)} {name}, {number} printed")
        rows += [{"gestionnaire": name, "detail": detail} for detail in listed]
    frame = pd.DataFrame(rows)
    frame["livi"] = False
    frame.loc[frame.index[frame.gestionnaire == "association"][0], "livi"] = True
    return frame


def draw_agreement(frame: pd.DataFrame, published: Published, rng: np.random.Generator) -> None:
    """Set category, agreement, grouping and whether acts are known, from the printed fields.

    The field of table 6 is not inside that of table 7: for some managers it is the larger one. The
    centres of both are those in the agreement and outside groupings; the larger count gives them.
    """
    frame["categorie"], frame["accord"], frame["groupe"] = "polyvalent_avec_auxiliaires", True, 0
    frame["actes_connus"], frame["champ_r1"] = True, False
    for name in managers():
        result = published.cell_count("igas_tableau_6", ROWS_6[name], "cds_nb")
        acts = published.cell_count("igas_tableau_7", ROWS_7[name], "cds_nb")
        inside = (frame.gestionnaire == name) & ~frame.livi
        outside = take(frame, inside, int(inside.sum()) - max(result, acts), rng)
        set_outside(frame, name, outside)
        inside[outside] = False
        frame.loc[take(frame, inside, max(0, result - acts), rng), "actes_connus"] = False
        frame.loc[take(frame, inside, result, rng), "champ_r1"] = True
    draw_groups(frame, published, rng)
    draw_categories(frame, published, rng)


def set_outside(frame: pd.DataFrame, name: str, outside: Any) -> None:
    """Say why each centre of a manager is outside the fields of tables 6 and 7."""
    cursor = 0
    for role, by_manager in choices()["hors_champ"].items():
        part = outside[cursor : cursor + by_manager.get(name, 0)]
        frame.loc[part, "accord"] = False
        if role != "non_adherent":
            frame.loc[part, "categorie"] = role
        cursor += len(part)
    frame.loc[outside[cursor:], "groupe"] = -1


def draw_groups(frame: pd.DataFrame, published: Published, rng: np.random.Generator) -> None:
    """Put the grouped centres in groupings of one manager, as many as the printed units ask for."""
    grouped = frame.index[frame.groupe == -1]
    adherents = int((frame.accord & frame.categorie.str.startswith("polyvalent")).sum())
    number = published.count("001-C0031") - (adherents - len(grouped))
    order = sorted(grouped, key=lambda i: (frame.gestionnaire[i], rng.random()))
    sizes = largest_remainders(np.ones(number), len(order))
    frame.loc[order, "groupe"] = np.repeat(np.arange(1, number + 1), sizes)


def draw_categories(frame: pd.DataFrame, published: Published, rng: np.random.Generator) -> None:
    """Set the CNAM categories to their printed shares; the dental and nursing ones are set.

    The printed share of opening-hours derogations, among polyvalent centres in the agreement, tells
    how many of the centres outside the agreement are medical ones.
    """
    total = len(frame)
    medical = published.share_of("001-A0124", total)
    free = frame.categorie == "polyvalent_avec_auxiliaires"
    outside = free & ~frame.accord
    field = int(free.sum()) - medical - int(outside.sum())
    sizes = [k for k in range(int(outside.sum()) + 1) if allows_derogations(published, field + k)]
    if not sizes:
        raise CalibrationError(
            "no field of polyvalent centres has the printed share of derogations"
        )
    frame.loc[take(frame, outside, sizes[0], rng), "categorie"] = "medical"
    inside = free & frame.accord & ~frame.livi
    frame.loc[take(frame, inside, medical - sizes[0], rng), "categorie"] = "medical"
    free = frame.categorie == "polyvalent_avec_auxiliaires"
    without = take(frame, free, published.share_of("001-A0125", total), rng)
    frame.loc[without, "categorie"] = "polyvalent_sans_auxiliaire"


def allows_derogations(published: Published, size: int) -> bool:
    """Can a field of that size, with LIVI or without, have the printed share of derogations?"""
    return all(published.has_share("001-B0344", n) for n in (size - 1, size))


def draw_finance_fields(
    frame: pd.DataFrame, published: Published, rng: np.random.Generator
) -> None:
    """Set who declares fees, who is kept in table 8, whose data the ARS validated."""
    adherent = frame.accord & ~frame.livi
    frame["honoraires_connus"] = True
    for name, number in choices()["sans_honoraires"].items():
        pool = (frame.gestionnaire == name) & adherent & ~frame.champ_r1
        frame.loc[take(frame, pool, number, rng), "honoraires_connus"] = False
    declared = adherent & frame.honoraires_connus
    if int(declared.sum()) != published.count("001-A0711"):
        raise CalibrationError(f"{int(declared.sum())} centres declare fees, not as printed")
    shares = [
        published.cell("igas_tableau_8", row, "taux_non_recours_pct") for row in TABLE_8_SHARES
    ]
    sizes = common_size(shares, 300, int(adherent.sum()))
    if not sizes:
        raise CalibrationError("no field of table 8 gives all its printed shares")
    frame["fiabilise"] = False
    frame.loc[take(frame, declared, sizes[-1], rng), "fiabilise"] = True
    elsewhere = (frame.gestionnaire != "collectivite_territoriale") & frame.honoraires_connus
    frame["charges_connues"] = frame.champ_r1 | (elsewhere & ((frame.groupe > 0) | ~frame.accord))


def draw_ars(frame: pd.DataFrame, published: Published, rng: np.random.Generator) -> None:
    """Set whose data the ARS validated: nobody where it validated nothing, most elsewhere.

    The size of the field is not printed; it must give the printed share a whole number of centres.
    """
    frame["valide_ars"] = frame.region != choices()["region_sans_validation"]
    share = published.figure("001-A0969")
    field = frame.champ_r1 & frame.valide_ars
    (size, *_) = common_size([share], int(field.sum()) - 8, int(field.sum()))[::-1]
    pool = field & (frame.gestionnaire == "association")
    frame.loc[take(frame, pool, int(field.sum()) - size, rng), "valide_ars"] = False


def place_counts(published: Published, total: int) -> dict[tuple[str, str], int]:
    """Return the number of centres of each department in 2022."""
    regions = {r: published.share_of(f, total) for r, f in REGIONS.items()} | choices()["regions"]
    counts: dict[tuple[str, str], int] = {}
    for region, departments in choices()["departements"].items():
        printed = {d: published.share_of(f, total) for d, f in DEPARTMENTS.get(region, {}).items()}
        counts |= {(region, d): n for d, n in {**printed, **departments}.items()}
        found = sum(n for (r, _), n in counts.items() if r == region)
        if found != regions[region]:
            raise CalibrationError(f"region {region}: {found} by department, {regions[region]}")
    return counts


def preference(name: str, region: str) -> float:
    """Return how much a manager is found in a region."""
    listed = choices()["preferences"].get(name, choices()["preferences"]["autre"])
    return float(listed.get(region, listed["autre"]))


def draw_places(frame: pd.DataFrame, published: Published, rng: np.random.Generator) -> None:
    """Share the centres out between departments, by manager."""
    counts = place_counts(published, len(frame))
    places = list(counts)
    weights = np.array([[preference(m, r) * counts[r, d] for r, d in places] for m in managers()])
    rows = np.array([(frame.gestionnaire == m).sum() for m in managers()])
    table = fill(rows, np.array(list(counts.values())), weights)
    frame["region"], frame["departement"] = "", ""
    for rank, name in enumerate(managers()):
        index = rng.permutation(frame.index[frame.gestionnaire == name])
        listed = [p for p, n in zip(places, table[rank], strict=True) for _ in range(n)]
        frame.loc[index, "region"] = [r for r, _ in listed]
        frame.loc[index, "departement"] = [d for _, d in listed]
    teleconsultation = frame.index[frame.livi][0]
    host = frame.index[(frame.gestionnaire == "association") & (frame.departement == "94")][0]
    columns = ["region", "departement"]
    frame.loc[[teleconsultation, host], columns] = frame.loc[
        [host, teleconsultation], columns
    ].to_numpy()


def draw_skeleton(published: Published, rng: np.random.Generator) -> pd.DataFrame:
    """Return the centres of 2022, one row each, with their identity and fields."""
    frame = draw_managers(published)
    draw_agreement(frame, published, rng)
    draw_finance_fields(frame, published, rng)
    draw_places(frame, published, rng)
    draw_ars(frame, published, rng)
    return frame
