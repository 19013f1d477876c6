"""The lines of the accounts: costs of table 3, funding of table 4, and what is made of them."""

from __future__ import annotations

EUR_PER_MEUR, EUR_PER_KEUR = 1e6, 1000.0
# Row of table 3 or 4 -> line.
CHARGES = {1: "charges_personnel", 3: "amortissements", 5: "autres_charges"}
FUNDING = {
    2: "honoraires_sans_depassement",
    3: "honoraires_avec_depassement",
    5: "rfs",
    6: "autres_forfaits",
    7: "rosp",
    8: "aides_demographiques",
    9: "permanence_soins",
    10: "teulade",
    11: "prevention",
    12: "education_therapeutique",
    13: "education_sante",
    14: "protocoles",
    15: "actes_non_remboursables",
    16: "autres_recettes_activite",
    17: "ars",
    18: "autres_sources",
}
COSTS = tuple(CHARGES.values())
LINES = tuple(FUNDING.values())
FEES = ("honoraires_sans_depassement", "honoraires_avec_depassement")
# Funding left out of operating revenue.
OUTSIDE = ("ars", "autres_sources")
REVENUE = tuple(line for line in LINES if line not in OUTSIDE)
