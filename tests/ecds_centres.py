"""Centres that do not exist, for the tests: coherent, so that no rule finds anything to say.

A centre-year is a mapping from the names of the project (`mg_nb`, `charges_personnel_eur`, the
columns of `ecds_centres` and `ecds_activite`) to typed values; what is not known is not there.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from random import Random

from pipeline.contracts.registry import contract, vocabularies
from pipeline.sources.ecds_cells import ACTIVITY, CENTRES, single_columns

CentreYear = dict[str, object]

DETAILS = {
    "association": "association_non_rup",
    "collectivite_territoriale": "commune",
    "securite_sociale": "filieris",
    "mutualiste": "mutuelle",
    "autre_public": "universite",
    "autre_prive_non_lucratif": "fondation",
    "prive_commercial": "sas",
    "etablissement_public_sante": "hopital",
}
PLACES = [("44", "52"), ("93", "11"), ("59", "32"), ("69", "84"), ("13", "93"), ("01", "84")]
ALWAYS = ("mg", "infirmier", "agent_administratif")
ACTS = [name for name in single_columns(ACTIVITY) if name.startswith("actes_")]


def centre_years(
    centres: int = 12, years: tuple[int, ...] = (2021, 2022), *, real: bool = False, seed: int = 1
) -> list[CentreYear]:
    """Return coherent centre-years.

    Args:
        centres: how many centres, each present every year.
        years: the years.
        real: numbers like those of true centres, instead of SYN ones.
        seed: of the values; the same seed gives the same rows.
    """
    random = Random(seed)
    return [
        {**identity(rank, year, random, real=real), **staff, **money(rank, random), **acts(staff)}
        for year in years
        for rank in range(1, centres + 1)
        for staff in [people(random)]
    ]


def finess(rank: int, *, real: bool) -> str:
    """Return the number of a centre; those said real fall in the department of the centre."""
    department = PLACES[rank % len(PLACES)][0]
    return f"{department}{rank:07d}" if real else f"SYN{rank:06d}"


def identity(rank: int, year: int, random: Random, *, real: bool) -> CentreYear:
    """Return the columns of `ecds_centres`."""
    department, region = PLACES[rank % len(PLACES)]
    manager = list(DETAILS)[rank % len(DETAILS)]
    known = {name: contract(CENTRES).column(name) for name in single_columns(CENTRES)}
    flags = {name: random.random() < 0.4 for name, c in known.items() if c.type == "bool"}
    return {
        "annee": year,
        "finess": finess(rank, real=real),
        "region_code": region,
        "departement_code": department,
        "gestionnaire_code": manager,
        "gestionnaire_detail_code": DETAILS[manager],
        "categorie_cnam_code": random.choice(list(vocabularies()["categorie_cnam"])),
        **({"groupement_id": f"G-{rank}"} if rank % 5 == 0 else {}),
        **flags,
        "accord_national": True,
        "plateforme_teleconsultation": False,
        "valide_centre": True,
        "retenu_fiabilisation": True,
        "date_ouverture": date(1950 + rank % 60, 1 + rank % 12, 1 + rank % 28),
        **({"date_fermeture": date(year, 12, 31)} if rank % 11 == 0 else {}),
        "milieu_code": random.choice(["urbain", "rural"]),
        "zonage_code": random.choice(list(vocabularies()["zonage_medical"])),
        "heures_ouverture_hebdo_nb": Decimal(random.randrange(70, 130)) / 2,
        "telemedecine_code": random.choice(list(vocabularies()["etat_telemedecine"])),
    }


def people(random: Random) -> CentreYear:
    """Return headcounts and FTE by profession; a profession nobody exercises is not there."""
    found: CentreYear = {}
    for profession in vocabularies()["profession_ecds"]:
        if profession not in ALWAYS and random.random() < 0.6:
            continue
        count = random.randrange(1, 9)
        found[f"{profession}_nb"] = count
        found[f"{profession}_etp"] = Decimal(random.randrange(20 * count, 100 * count)) / 100
    return found


def cents(random: Random, high: int) -> Decimal:
    """Return an amount in euros and cents."""
    return Decimal(random.randrange(100 * high)) / 100


def money(rank: int, random: Random) -> CentreYear:
    """Return amounts by line, each total the sum of its parts.

    Local authorities declare no costs, as they may.
    """
    lines = vocabularies()["poste_ecds"]
    parts = {code: [c for c, label in lines.items() if label.parent == code] for code in lines}
    amounts: dict[str, Decimal] = {}

    def amount(code: str) -> Decimal:
        below = [amount(part) for part in parts[code]]
        amounts[code] = sum(below, Decimal(0)) if below else cents(random, 400_000)
        return amounts[code]

    for code, label in lines.items():
        if label.parent is None:
            amount(code)
    silent = list(DETAILS)[rank % len(DETAILS)] == "collectivite_territoriale"
    hidden = {"charges_exploitation", *parts["charges_exploitation"]} if silent else set()
    return {f"{code}_eur": amounts[code] for code in lines if code not in hidden}


def acts(staff: CentreYear) -> CentreYear:
    """Return the columns of `ecds_activite`, plausible for the GPs of the centre."""
    each = int(Decimal(str(staff["mg_etp"])) * 4000) // len(ACTS)
    patients = each * len(ACTS) // 3
    return {
        **dict.fromkeys(ACTS, each),
        "file_active_mg_nb": patients,
        "file_active_mg_c2s_nb": patients // 6,
        "file_active_mg_ame_nb": patients // 50,
        "file_active_infirmier_nb": patients // 2,
        "patients_mt_nb": patients // 2,
        "patients_mt_adultes_nb": patients // 3,
        "part_dentaire_ophtalmo_pct": Decimal(25),
    }
