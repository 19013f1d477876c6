"""The centres of the panel whose acts are generated, and what their acts must add up to."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from pipeline.calibration.acts.codes import KINDS

Row = Mapping[str, object]


@dataclass(frozen=True)
class Centre:
    """A centre and a year of the panel: what it declares of its activity."""

    finess: str
    year: int
    department: str
    manager: str
    patients: int
    c2s: int
    ame: int
    nurse_patients: int
    doctors: int
    acts: dict[str, int]

    @property
    def acts_total(self) -> int:
        """Clinical GP acts, net of reversals."""
        return sum(self.acts.values())

    @property
    def feasible(self) -> bool:
        """Can its acts be dealt to its patients, one each at least?"""
        return (
            0 < self.patients <= self.acts_total
            and self.c2s + self.ame <= self.patients
            and all(number >= 0 for number in self.acts.values())
        )


def whole(value: object) -> int:
    """Return a declared count; a missing one counts for nothing here."""
    return 0 if value is None else int(str(value))


def centres_of(
    places: Iterable[Row], activity: Iterable[Row], staff: Iterable[Row], year: int
) -> list[Centre]:
    """Return the centres of a year whose declared activity acts can give back.

    Args:
        places: rows of `ecds_centres`.
        activity: rows of `ecds_activite`.
        staff: rows of `ecds_effectifs`.
        year: the year.
    """
    located = {row["finess"]: row for row in places if row["annee"] == year}
    doctors = {
        row["finess"]: math.ceil(float(str(row["effectif_nb"])))
        for row in staff
        if row["annee"] == year and row["profession_code"] == "mg" and row["effectif_nb"]
    }
    found = []
    for row in activity:
        place = located.get(row["finess"])
        if row["annee"] != year or place is None or place["departement_code"] is None:
            continue
        centre = Centre(
            finess=str(row["finess"]),
            year=year,
            department=str(place["departement_code"]),
            manager=str(place["gestionnaire_code"]),
            patients=whole(row["file_active_mg_nb"]),
            c2s=whole(row["file_active_mg_c2s_nb"]),
            ame=whole(row["file_active_mg_ame_nb"]),
            nurse_patients=whole(row["file_active_infirmier_nb"]),
            doctors=doctors.get(row["finess"], 0),
            acts={kind: whole(row[f"actes_{kind}_nb"]) for kind in KINDS},
        )
        if centre.feasible and centre.doctors > 0:
            found.append(centre)
    return sorted(found, key=lambda centre: centre.finess)


def sample(centres: list[Centre], by_manager: int) -> list[Centre]:
    """Return some centres of every kind of manager: those with fewest acts, to keep files small.

    Args:
        centres: where to choose.
        by_manager: how many of each kind.
    """
    managers = sorted({centre.manager for centre in centres})
    chosen = []
    for manager in managers:
        own = [centre for centre in centres if centre.manager == manager]
        chosen += sorted(own, key=lambda c: (c.acts_total, c.finess))[:by_manager]
    return sorted(chosen, key=lambda centre: centre.finess)
