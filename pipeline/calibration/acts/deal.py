"""Deal the acts of a centre to its patients: what the file gives back is what it declares.

Per patient, acts follow what is left once each has had one: a few come often. One act in seven is
not done by the usual doctor of the patient. Both are the project's choices, calibrated on nothing.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from pipeline.calibration.acts.centres import Centre
from pipeline.calibration.acts.codes import GP, KINDS, NURSE, NURSING, NURSING_LETTER

SEED = 20221231
USUAL_DOCTOR = 6 / 7
# Shape of the weights of patients: the smaller, the more unequal.
SHAPE = 0.8
# Acts cancelled and billed again, one in so many; and people whose only act is cancelled.
CANCELLED_ONE_IN = 150
ONLY_CANCELLED_ONE_IN = 500
Ints = NDArray[np.int64]
Row = tuple[object, ...]
HEADER = (
    "centre", "departement", "patient", "effecteur", "profession", "date", "acte", "nature",
    "quantite", "montant", "c2s", "ame",
)  # fmt: skip


def open_days(year: int) -> list[str]:
    """Return the days of a year, Sundays left out."""
    first = dt.date(year, 1, 1)
    days = (first + dt.timedelta(days=rank) for rank in range(366))
    return [day.isoformat() for day in days if day.year == year and day.isoweekday() < 7]


def patients_of_acts(centre: Centre, rng: np.random.Generator) -> Ints:
    """Return the patient of each act: everyone once, the rest unequally."""
    weights = rng.gamma(SHAPE, size=centre.patients)
    rest = rng.multinomial(centre.acts_total - centre.patients, weights / weights.sum())
    dealt = np.repeat(np.arange(centre.patients), rest + 1)
    return np.asarray(rng.permutation(dealt), dtype=np.int64)


class Deal:
    """The acts of one centre, generated once, row by row."""

    def __init__(self, centre: Centre, fee: str) -> None:
        self.centre, self.fee = centre, fee
        self.rng = np.random.default_rng([SEED, int(centre.finess[-6:]), centre.year])
        self.days = open_days(centre.year)
        self.usual = self.rng.integers(centre.doctors, size=centre.patients * 2)

    def rows(self) -> Iterator[Row]:
        """Yield every act, reversals and nursing among them."""
        yield from self.gp_acts()
        yield from self.only_cancelled()
        yield from self.nursing()

    def row(self, patient: int, doctor: str, day: int, said: Row) -> Row:
        """Return one row; `said` is profession, letter, kind, quantity, fee."""
        centre = self.centre
        profession, letter, kind, quantity, fee = said
        return (
            centre.finess, centre.department, f"SYN-P-{centre.finess[3:]}-{patient}", doctor,
            profession, self.days[day], letter, kind, quantity, fee,
            "oui" if patient < centre.c2s else "non",
            "oui" if centre.c2s <= patient < centre.c2s + centre.ame else "non",
        )  # fmt: skip

    def doctor(self, rank: int) -> str:
        """Return the identifier of a doctor of the centre."""
        return f"SYN-M-{self.centre.finess[3:]}-{rank}"

    def gp_acts(self) -> Iterator[Row]:
        """Yield the GP acts the centre declares; some are cancelled, then billed again."""
        centre, rng = self.centre, self.rng
        patients = patients_of_acts(centre, rng)
        kinds = [kind for kind, number in centre.acts.items() for _ in range(number)]
        days = rng.integers(len(self.days), size=len(patients))
        others = rng.integers(centre.doctors, size=len(patients))
        usual = rng.random(len(patients)) < USUAL_DOCTOR
        cancelled = rng.integers(CANCELLED_ONE_IN, size=len(patients)) == 0
        doctors = np.where(usual, self.usual[patients], others)
        for rank in np.lexsort((days, patients)):
            patient, kind = int(patients[rank]), kinds[rank]
            name, day = self.doctor(int(doctors[rank])), int(days[rank])
            billed = (GP, KINDS[kind], kind, 1, self.fee)
            if cancelled[rank]:
                yield self.row(patient, name, day, billed)
                yield self.row(patient, name, day, (*billed[:3], -1, f"-{self.fee}"))
            yield self.row(patient, name, day, billed)

    def only_cancelled(self) -> Iterator[Row]:
        """Yield acts cancelled for good, of people who came for nothing else."""
        number = max(1, self.centre.patients // ONLY_CANCELLED_ONE_IN)
        days = self.rng.integers(len(self.days), size=number)
        for rank, day in enumerate(days):
            patient = self.centre.patients + rank
            billed = (GP, "G", "consultation_mg", 1, self.fee)
            name = self.doctor(int(self.usual[patient]))
            yield self.row(patient, name, int(day), billed)
            yield self.row(patient, name, int(day), (*billed[:3], -1, f"-{self.fee}"))

    def nursing(self) -> Iterator[Row]:
        """Yield one nursing act for each nurse patient, the patients of the doctors first."""
        days = self.rng.integers(len(self.days), size=self.centre.nurse_patients)
        name = f"SYN-I-{self.centre.finess[3:]}-0"
        for patient, day in enumerate(days):
            said = (NURSE, NURSING_LETTER, NURSING, 1, "")
            # Those only nurses see come after the few whose only GP act is cancelled.
            seen = patient if patient < self.centre.patients else patient + self.centre.patients
            yield self.row(seen, name, int(day), said)
