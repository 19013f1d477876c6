"""French notation: each way of writing a value reads as that value, or is refused."""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal

import pytest

from pipeline.contracts.registry import contract, vocabularies
from pipeline.sources.cells import CellError
from pipeline.sources.ecds_cells import ACTIVITY, CENTRES, FINANCES, STAFF
from pipeline.sources.french import (
    codes_by_name,
    folded,
    french_parser,
    is_missing,
    parse_bool,
    parse_code,
    parse_day,
    plain_number,
)

AMOUNT = contract(FINANCES).column("montant_eur")
FTE = contract(STAFF).column("effectif_etp")
HEADS = contract(STAFF).column("effectif_nb")
SHARE = contract(ACTIVITY).column("part_dentaire_ophtalmo_pct")
FINESS = contract(CENTRES).column("finess")


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("0", "0"), ("007", "7"), ("1234", "1234"), ("+12", "12"), (" 12 ", "12"),
        ("12,5", "12.5"), ("12.5", "12.5"), ("12,50", "12.5"), ("12,00", "12"),
        ("1 234", "1234"), ("1\u00a0234", "1234"), ("1\u202f234", "1234"), ("1\u2009234", "1234"),
        ("1'234'567", "1234567"), ("1’234", "1234"), ("12 345 678,9", "12345678.9"),
        # A lone comma is the decimal mark, even before three digits.
        ("1,234", "1.234"), ("123,456", "123.456"),
        # Two equal marks can only group; two different ones, the last is the decimal mark.
        ("1.234.567", "1234567"), ("1,234,567", "1234567"),
        ("1.234,5", "1234.5"), ("1,234.5", "1234.5"), ("1.234.567,89", "1234567.89"),
        # Not ambiguous, for no group can begin so or be so long.
        ("0.234", "0.234"), ("1234.567", "1234.567"), ("1.23", "1.23"), ("1.2345", "1.2345"),
        ("-5", "-5"), ("- 1 234,5", "-1234.5"), ("5-", "-5"), ("\u22125", "-5"), ("5\u2212", "-5"),
        ("(1 234,5)", "-1234.5"), ("(12)", "-12"), ("-0", "0"), ("(0,00)", "0"),
        ("12 €", "12"), ("1 234,50€", "1234.5"), ("-3 €", "-3"), ("(3 €)", "-3"), ("(3) €", "-3"),
        ("12 k€", "12000"), ("1,5 K€", "1500"), ("(2 k€)", "-2000"),
    ],
)  # fmt: skip
def test_a_number_reads_as_it_is_meant(text: str, plain: str) -> None:
    assert plain_number(text, "€") == plain


@pytest.mark.parametrize(
    "text",
    ["1.234", "12.345", "123.456", "-1.234", "(1.234)", "1.234 €"],
)
def test_a_number_that_reads_two_ways_is_refused(text: str) -> None:
    with pytest.raises(CellError, match="reads in one way"):
        plain_number(text, "€")


@pytest.mark.parametrize(
    "text",
    [
        "1 23", "12 34", "1234 567", "1 234 56", "1 234\u00a0567", "0 123", "1.234 567",
        "1,23,456", "1.234.56", "1.234.5", "1,234,5", ",5", "5,", "1,,5", "1e5", "1,2E+05", "12 %",
        "--5", "-5-", "(-5)", "(5", "5)", "€", "()", "-", "environ 12", "12 euros", "12 M€",
        "12 €€", "k€", "#DIV/0!", "#N/A", "١٢", "½", "12\n13", "9" * 41, "1 234;5", "0x1F", "1_000",
    ],
)  # fmt: skip
def test_what_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(CellError):
        plain_number(text, "€")


def test_the_unit_of_the_header_multiplies() -> None:
    thousands = french_parser(AMOUNT, 1000)
    assert thousands("12,5") == Decimal(12500)
    assert thousands("1,234") == Decimal(1234)
    assert thousands("12 k€") == Decimal(12000)
    assert thousands(12.5) == Decimal(12500)
    with pytest.raises(CellError, match="unit of its header"):
        thousands("12 €")


@pytest.mark.parametrize(("text", "value"), [("12,5 %", "12.5"), ("0,5", "0.5"), ("100%", "100")])
def test_a_share_may_repeat_its_sign(text: str, value: str) -> None:
    assert french_parser(SHARE)(text) == Decimal(value)


@pytest.mark.parametrize("text", ["12 €", "12,123"])
def test_a_share_is_no_amount(text: str) -> None:
    with pytest.raises(CellError):
        french_parser(SHARE)(text)


def test_no_digit_is_lost() -> None:
    long = "1,10000000000000000000000000000001"
    assert plain_number(long) == long.replace(",", ".")
    with pytest.raises(CellError, match="2 decimals"):
        french_parser(AMOUNT)(long)
    with pytest.raises(CellError, match="at most 12 digits"):
        french_parser(AMOUNT)("1234567890123")


@pytest.mark.parametrize(("text", "value"), [("3", 3), ("3,0", 3), ("1 200", 1200)])
def test_a_whole_number_may_show_decimals(text: str, value: int) -> None:
    assert french_parser(HEADS)(text) == value


@pytest.mark.parametrize("text", ["3,5", "1,234", "9999999999"])
def test_a_headcount_is_whole(text: str) -> None:
    with pytest.raises(CellError, match="an integer"):
        french_parser(HEADS)(text)


@pytest.mark.parametrize(
    ("raw", "value"),
    [(12.0, "12"), (12.5, "12.5"), (0.1 + 0.2, "0.3"), (-3, "-3"), (1e6, "1000000"), (1.234, None)],
)
def test_a_typed_number_is_not_ambiguous(raw: float, value: str | None) -> None:
    if value is None:
        with pytest.raises(CellError, match="2 decimals"):
            french_parser(FTE)(raw)
    else:
        assert french_parser(FTE)(raw) == Decimal(value)


@pytest.mark.parametrize("raw", [0.125, 1.0, 1])
def test_a_share_under_one_may_be_a_format(raw: float) -> None:
    with pytest.raises(CellError, match="above 1"):
        french_parser(SHARE)(raw)
    assert french_parser(SHARE)(12.5) == Decimal("12.5")
    assert french_parser(SHARE)(0.0) == 0


@pytest.mark.parametrize("raw", [True, date(2022, 1, 1), time(8), None, ()])
def test_no_other_type_is_a_number(raw: object) -> None:
    with pytest.raises(CellError):
        french_parser(AMOUNT)(raw)


@pytest.mark.parametrize(
    "raw", ["", "  ", "NC", "nc", "N.C.", "n.c.", "ND", "NS", "n.s.", "NR", "N/A", "-", "–", None]
)
def test_a_mark_of_absence_is_missing(raw: object) -> None:
    assert is_missing(raw)


@pytest.mark.parametrize("raw", ["0", "non", 0, False, "N", "NCR", "--", "#N/A"])
def test_nothing_else_is_missing(raw: object) -> None:
    assert not is_missing(raw)


@pytest.mark.parametrize("raw", ["oui", "OUI", "O", "o", "X", "x", "vrai", "TRUE", "1", 1.0, True])
def test_yes(raw: object) -> None:
    assert parse_bool(raw) is True


@pytest.mark.parametrize("raw", ["non", "Non", "N", "faux", "FALSE", "0", 0, False])
def test_no(raw: object) -> None:
    assert parse_bool(raw) is False


@pytest.mark.parametrize("raw", ["peut-être", "2", "y", "ouioui", datetime(2022, 1, 1)])
def test_neither_yes_nor_no(raw: object) -> None:
    with pytest.raises(CellError):
        parse_bool(raw)


@pytest.mark.parametrize(
    "raw",
    ["31/12/2022", "2022-12-31", "31/12/2022 00:00:00", "2022-12-31T00:00:00", "44926", 44926.0,
     44926, date(2022, 12, 31), datetime(2022, 12, 31)],
)  # fmt: skip
def test_a_day_reads_in_each_notation(raw: object) -> None:
    assert parse_day(raw) == date(2022, 12, 31)


def test_a_short_day_reads_day_first() -> None:
    assert parse_day("1/2/2022") == date(2022, 2, 1)


@pytest.mark.parametrize(
    "raw",
    ["12/31/2022", "31/02/2022", "2022", 2022.0, "31/12/22", "2022-13-01", "décembre 2022",
     "31.12.2022", "123456", datetime(2022, 12, 31, 8), time(8), True],
)  # fmt: skip
def test_what_is_no_day_is_refused(raw: object) -> None:
    with pytest.raises(CellError):
        parse_day(raw)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("polyvalent_sans_auxiliaire", "polyvalent_sans_auxiliaire"),
        ("Médical", "medical"), ("MEDICAL", "medical"), (" médical ", "medical"),
        ("SOINS  INFIRMIERS", "soins_infirmiers"),
    ],
)  # fmt: skip
def test_a_code_is_found_by_itself_or_its_label(text: str, code: str) -> None:
    assert parse_code(text, "categorie_cnam") == code


def test_every_label_finds_its_code() -> None:
    for name in ("profession_ecds", "poste_ecds", "gestionnaire", "region", "departement"):
        for code, label in vocabularies()[name].items():
            assert parse_code(code, name) == parse_code(label.fr.upper(), name) == code


def test_a_code_is_found_without_the_zero_a_spreadsheet_drops() -> None:
    assert parse_code(1.0, "departement") == parse_code("01", "departement") == "01"
    assert codes_by_name("departement")["2a"] == "2A"


@pytest.mark.parametrize("text", ["99", "", "Loir", "0"])
def test_no_code_is_guessed(text: str) -> None:
    with pytest.raises(CellError, match="list departement"):
        parse_code(text, "departement")


def test_a_finess_number_keeps_its_form() -> None:
    parse = french_parser(FINESS)
    assert parse("010000123") == parse(" 010000123 ") == "010000123"
    assert parse(440000123.0) == "440000123"
    with pytest.raises(CellError, match="dropped its first zero"):
        parse(10000123.0)
    for wrong in ("44 000 0123", "440000123\n1", "4.4E+08", "SYN1"):
        with pytest.raises(CellError):
            parse(wrong)


def test_texts_are_compared_without_accents_spaces_or_quotes() -> None:
    assert folded("  Œuvre\u00a0d’ÉTÉ ") == "oeuvre d'ete"
