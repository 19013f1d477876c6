"""Traps of slots, counters, acts, the register and centres that no other test watches."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from pipeline.errors import InputError
from pipeline.sources.french import plain_number
from tests import damir
from tests.ecds_centres import CentreYear, centre_years
from tests.ecds_exports import write_export
from tests.ecds_reading import read_exports
from tests.feeds import (
    ACT,
    TRE,
    Place,
    Row,
    appointment,
    coded,
    counters,
    ndjson,
    only,
    practitioner,
    slot,
)
from tests.finess_files import et, history, read, rows, stock
from tests.finess_tables import categorised, establishment

PROFILES = (
    None,
    "http://sas.fr/fhir/StructureDefinition/FrSlotAgregateur",
    "https://interop.esante.gouv.fr/ig/fhir/sas/StructureDefinition/sas-cpts-slot-aggregator",
)


def told(place: Place, *resources: Row) -> None:
    place.put("sas_fhir", "a.ndjson", ndjson(*resources, *practitioner()))
    place.build()


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("system", [f"{TRE}/TRE_R314", "http://sas.fr/fhir/CodeSystem/x"])
def test_the_address_of_a_profile_or_a_list_changes_nothing(
    place: Place, profile: str | None, system: str
) -> None:
    """Canonical addresses are mixed: codes say what a slot is, and who it belongs to."""
    meta: Row = {"security": [{"system": system, "code": "SNP"}]}
    told(place, slot(meta=meta | ({"profile": [profile]} if profile else {})))
    row = only(place.rows("creneaux"))
    assert (row["agregateur_code"], row["visible_snp"]) == ("individuel", True)


@pytest.mark.parametrize("category", ["603", "124"])
def test_a_slot_of_another_structure_is_none_of_a_cpts(place: Place, category: str) -> None:
    services = [coded(ACT, "AMB"), coded(f"{TRE}/TRE_R66", category)]
    told(place, slot(serviceType=services))
    row = only(place.rows("creneaux"))
    assert (row["agregateur_code"], row["cpts_id"], row["service_code"]) == (
        "individuel", None, "cabinet",
    )  # fmt: skip


def test_a_walk_in_slot_is_not_bookable(place: Place) -> None:
    kind = "http://terminology.hl7.org/CodeSystem/v2-0276"
    told(place, slot(appointmentType=coded(kind, "WALKIN"), comment=None))
    assert only(place.rows("creneaux"))["reservation_code"] == "sans_rendez_vous"


def test_an_appointment_lasts_from_its_start_to_its_end(place: Place) -> None:
    told(place, slot(), appointment(minutesDuration=90))
    row = only(place.rows("rendez_vous"))
    assert (row["fin_utc"] - row["debut_utc"]).total_seconds() == 20 * 60


@pytest.mark.parametrize("kind", ["créneau", "creneau", "plage", "surnuméraire", "surnumeraire"])
def test_kinds_of_counters_are_read_with_or_without_accents(place: Place, kind: str) -> None:
    place.put("sas_plateforme", "a.csv", counters({"type": kind}))
    place.build()
    found = only(place.rows("capacites"))["type_capacite_code"]
    assert found == kind.replace("é", "e")


def test_a_decimal_of_damir_may_have_no_zero(tmp_path: Path) -> None:
    lines = (damir.line(FLT_REM_MNT=".81"), damir.line(FLT_REM_MNT="-.5"))
    (row,) = damir.read_text(damir.text(*lines), tmp_path).rows
    assert row["rembourse_eur"] == Decimal("0.31")


@pytest.mark.parametrize(
    ("dropped", "count"),
    [((), 42), (("numen", "sourcegeocod", "dategeocod"), 39)],
)
def test_the_history_is_read_by_its_headers_whatever_its_width(
    tmp_path: Path, dropped: tuple[str, ...], count: int
) -> None:
    whole = tuple(history({}).split("\n", 1)[0].split(";"))
    header = tuple(name for name in whole if name not in dropped)
    assert len(header) == count
    (row,) = rows(read(tmp_path, history({}, header=header), "h_20101231.csv"))
    assert (row["commune_code"], row["categorie_code"]) == ("44109", "124")


@pytest.mark.parametrize(
    "told_by",
    [{"rs": "CENTRE DE SANTE DENTAIRE"}, {"libcategetab": "Centre de Santé infirmier"}, {}],
)
def test_the_register_does_not_say_what_a_centre_treats(
    tmp_path: Path, told_by: dict[str, str]
) -> None:
    (row,) = rows(read(tmp_path, stock(et(**told_by))))
    (found,) = categorised(etablissements=[dict(row)])
    assert (found["categorie_code"], found["famille_code"]) == ("124", "centre_sante")
    words = ("dent", "infirm", "polyvalent", "medical")
    held = [value for name, value in found.items() if name.endswith("_code")]
    assert not [v for v in held if isinstance(v, str) and v.startswith(words)]


def test_a_tariff_is_no_category() -> None:
    """Tariff 36 goes with centres in the claims; a group practice may bear it too."""
    lines = [establishment("1", "603", tarif_code="36"), establishment("2", "124", tarif_code="01")]
    found = {row["finess_et"]: row["famille_code"] for row in categorised(etablissements=lines)}
    assert found == {"1": "maison_sante", "2": "centre_sante"}


COSTS = ("charges_", "amortissements", "autres_charges")


def with_costs(rows: list[CentreYear], sign: int, every: int = 1) -> list[CentreYear]:
    """Return centres some of whose costs bear a sign."""
    found = []
    for rank, row in enumerate(rows):
        signed = sign if rank % every == 0 else 1
        found.append({
            name: signed * value if name.startswith(COSTS) else value  # type: ignore[operator]
            for name, value in row.items()
        })  # fmt: skip
    return found


def test_expenses_written_as_negative_numbers_are_refused(tmp_path: Path) -> None:
    """Taken as they stand, they would turn every deficit into a profit."""
    (path,) = write_export(tmp_path, with_costs(centre_years(6, (2022,)), -1))
    with pytest.raises(InputError, match="costs of 0 or more") as caught:
        read_exports([path])
    assert caught.value.line == 3
    assert str(caught.value.column).startswith(COSTS)
    assert "factor: -1" in str(caught.value)


def test_a_lone_negative_cost_is_kept_for_a_rule_to_tell(tmp_path: Path) -> None:
    made = with_costs(centre_years(9, (2022,)), -1, every=7)
    (path,) = write_export(tmp_path, made)
    amounts = read_exports([path]).results["ecds_finances"].rows
    costs = [row["montant_eur"] for row in amounts if row["famille_code"] == "charges"]
    assert 0 < sum(1 for cost in costs if cost < 0) < len(costs) / 2  # type: ignore[operator]


@pytest.mark.parametrize(
    ("raw", "factor", "plain"),
    [("-1 234,5", -1, "1234.5"), (-12.5, -1, "12.5"), ("12", -1, "-12"), ("0", -1, "0"),
     ("(2)", -1000, "2000"), ("-3 k€", -1000, "3000"), ("-3 €", -1, "3")],
)  # fmt: skip
def test_a_layout_may_say_that_expenses_are_negative(
    raw: str | float, factor: int, plain: str
) -> None:
    assert plain_number(raw, "€", factor) == plain


@pytest.mark.parametrize("tail", ["69.510119999999986", "2.1120000000000003E-2"])
def test_a_binary_tail_or_an_exponent_is_set_aside_not_rounded(tmp_path: Path, tail: str) -> None:
    (path,) = write_export(tmp_path, centre_years(3, (2022,)))
    lines = path.read_text("utf-8").splitlines()
    rank = lines[0].split(",").index("rfs_eur")
    cells = lines[1].split(",")
    cells[rank] = tail
    path.write_text("\r\n".join([lines[0], ",".join(cells), *lines[2:]]) + "\r\n", "utf-8")
    found = read_exports([path]).results["ecds_finances"]
    assert [(bad.colonne, bad.valeur) for bad in found.bad_cells] == [("rfs_eur", tail)]
