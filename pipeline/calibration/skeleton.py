"""Who the centres of 2022 are: manager, agreement, place, fields of the printed tables."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from pipeline.calibration.choices import choices, managers
from pipeline.calibration.places import draw_places
from pipeline.calibration.priors import take
from pipeline.calibration.published import Published, common_size
from pipeline.calibration.rows import CalibrationError
from pipeline.calibration.transport import largest_remainders

# Centres by manager; one manager is what is left of the total.
COUNTED = {
    "association": "001-A0183",
    "collectivite_territoriale": "001-A0185",
    "securite_sociale": "001-A0190",
    "mutualiste": "001-A0192",
    "etablissement_public_sante": "001-A0193",
    "prive_commercial": "001-A0194",
    "autre_prive_non_lucratif": "001-A0205",
}
TOTAL, REST = "001-A0107", "autre_public"
# Units of the agreement (centres and groupings), shares of two CNAM categories, derogations.
UNITS, MEDICAL, WITHOUT_AUXILIARY, DEROGATIONS = "001-C0031", "001-A0124", "001-A0125", "001-B0344"
# Centres that declare fees, centres whose R2 is not negative.
FEES_DECLARED, NET_POSITIVE = "001-A0711", "001-A0969"
GROUPED = -1
TABLE_8_SHARES = range(2, 12)
# The smallest field of table 8 that is tried, and the most associations left out of that of R2.
SMALLEST_FIELD, MOST_LEFT_OUT = 300, 8
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


def manager_counts(published: Published) -> dict[str, int]:
    """Return the number of centres of each manager in 2022; what is not printed is the rest."""
    found = {name: published.count(figure) for name, figure in COUNTED.items()}
    found[REST] = published.count(TOTAL) - sum(found.values())
    return {name: found[name] for name in managers()}


def draw_managers(published: Published) -> pd.DataFrame:
    """Return one row per centre of 2022 with its manager and detailed status.

    Raises:
        CalibrationError: the statuses we chose do not add up to a printed count.
    """
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
    frame.loc[outside[cursor:], "groupe"] = GROUPED


def draw_groups(frame: pd.DataFrame, published: Published, rng: np.random.Generator) -> None:
    """Put the grouped centres in groupings of one manager, as many as the printed units ask for."""
    grouped = frame.index[frame.groupe == GROUPED]
    adherents = int((frame.accord & frame.categorie.str.startswith("polyvalent")).sum())
    number = published.count(UNITS) - (adherents - len(grouped))
    order = sorted(grouped, key=lambda i: (frame.gestionnaire[i], rng.random()))
    sizes = largest_remainders(np.ones(number), len(order))
    frame.loc[order, "groupe"] = np.repeat(np.arange(1, number + 1), sizes)


def draw_categories(frame: pd.DataFrame, published: Published, rng: np.random.Generator) -> None:
    """Set the CNAM categories to their printed shares; the dental and nursing ones are set.

    The printed share of opening-hours derogations, among polyvalent centres in the agreement, tells
    how many of the centres outside the agreement are medical ones.
    """
    total = len(frame)
    medical = published.share_of(MEDICAL, total)
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
    without = take(frame, free, published.share_of(WITHOUT_AUXILIARY, total), rng)
    frame.loc[without, "categorie"] = "polyvalent_sans_auxiliaire"


def allows_derogations(published: Published, size: int) -> bool:
    """Can a field of that size, with LIVI or without, have the printed share of derogations?"""
    return all(published.has_share(DEROGATIONS, n) for n in (size - 1, size))


def draw_finance_fields(
    frame: pd.DataFrame, published: Published, rng: np.random.Generator
) -> None:
    """Set who declares fees, who is kept in table 8, and whose costs are known.

    Raises:
        CalibrationError: the fields do not have the printed sizes and shares.
    """
    adherent = frame.accord & ~frame.livi
    frame["honoraires_connus"] = True
    for name, number in choices()["sans_honoraires"].items():
        pool = (frame.gestionnaire == name) & adherent & ~frame.champ_r1
        frame.loc[take(frame, pool, number, rng), "honoraires_connus"] = False
    declared = adherent & frame.honoraires_connus
    if int(declared.sum()) != published.count(FEES_DECLARED):
        raise CalibrationError(f"{int(declared.sum())} centres declare fees, not as printed")
    shares = [
        published.cell("igas_tableau_8", row, "taux_non_recours_pct") for row in TABLE_8_SHARES
    ]
    sizes = common_size(shares, SMALLEST_FIELD, int(adherent.sum()))
    if not sizes:
        raise CalibrationError("no field of table 8 gives all its printed shares")
    frame["fiabilise"] = False
    frame.loc[take(frame, declared, sizes[-1], rng), "fiabilise"] = True
    elsewhere = (frame.gestionnaire != "collectivite_territoriale") & frame.honoraires_connus
    frame["charges_connues"] = frame.champ_r1 | (elsewhere & ((frame.groupe > 0) | ~frame.accord))


def draw_ars(frame: pd.DataFrame, published: Published, rng: np.random.Generator) -> None:
    """Set whose data the ARS validated: nobody where it validated nothing, most elsewhere.

    The size of the field is not printed; it must give the printed share a whole number of centres.

    Raises:
        CalibrationError: no size does.
    """
    frame["valide_ars"] = frame.region != choices()["region_sans_validation"]
    share = published.figure(NET_POSITIVE)
    field = frame.champ_r1 & frame.valide_ars
    number = int(field.sum())
    sizes = common_size([share], number - MOST_LEFT_OUT, number)
    if not sizes:
        raise CalibrationError("no field of R2 has the printed share of positive ratios")
    pool = field & (frame.gestionnaire == "association")
    frame.loc[take(frame, pool, number - sizes[-1], rng), "valide_ars"] = False


def draw_skeleton(published: Published, rng: np.random.Generator) -> pd.DataFrame:
    """Return the centres of 2022, one row each, with their identity and fields.

    Columns gestionnaire, detail, livi, categorie, accord (in the agreement), groupe (number of the
    grouping, 0 without), actes_connus, champ_r1 (field of table 6), honoraires_connus, fiabilise
    (field of table 8), charges_connues, region, departement, valide_ars.

    Raises:
        CalibrationError: the draw leaves no room for a printed count or share.
        InfeasibleError: managers and departments exclude each other.
    """
    frame = draw_managers(published)
    draw_agreement(frame, published, rng)
    draw_finance_fields(frame, published, rng)
    draw_places(frame, published, rng)
    draw_ars(frame, published, rng)
    return frame
