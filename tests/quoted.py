"""The cell each figure quotes in its reading note, and what the note says once it changes."""

from __future__ import annotations

from typing import Any

# For each figure: the row its reading note quotes, what to change there, what the note says
# before and after.
Quoted = tuple[dict[str, Any], dict[str, Any], tuple[str, ...], tuple[str, ...]]
QUOTED: dict[str, Quoted] = {
    "devenir_creneaux": (
        {
            "niveau_code": "cpts",
            "territoire_code": "85-loire-vendee-ocean",
            "dimension_code": "ensemble",
        },
        {"offerts_nb": 4321, "pourvus_nb": 3456, "taux_pct": 79.98},
        ("85-loire-vendee-ocean", "2\u202f799", "3\u202f076", "91\u00a0%"),
        ("3\u202f456", "4\u202f321", "80\u00a0%"),
    ),
    "couverture_cpts_departement": (
        {"departement_code": "85", "annee": 2025},
        {"dispositif_snp_nb": 6, "part_cpts_pct": 600 / 7},
        ("7 des 7", "Vendée", "100\u00a0%"),
        ("14 des 16", "Loire-Atlantique", "88\u00a0%"),
    ),
    "taux_remplissage_publies": (
        {"offerts_nb": 3076},
        {
            "offerts_nb": 4321,
            "taux_pct": 89.0,
            "cpts_nom": "CPTS Essai",
            "periode_imprimee": "2029",
        },
        ("CPTS Loire Vendée Océan", "3\u202f076", "91\u00a0%", "2022"),
        ("CPTS Essai", "4\u202f321", "89\u00a0%", "2029"),
    ),
    "canaux_entree": (
        {"canal_code": "pharmacien"},
        {"cpts_nb": 24, "n_cpts_nb": 25},
        ("Pharmacien",),
        ("24 des 25",),
    ),
    "resultat_exploitation_statut": (
        {"ligne": "Associations"},
        {"mediane_pct": -5.4, "decile_1_pct": -60.1, "cds_nb": 193},
        ("192", "\u22125,1", "\u221256,3"),
        ("193", "\u22125,4", "\u221260,1"),
    ),
    "charges_financements": (
        {"annee": 2022},
        {"charges_indice": 190.04, "financements_indice": 150.04},
        ("181,7", "144,6"),
        ("190,0", "150,0"),
    ),
    "resultat_exploitation_recalcule": (
        {"annee": 2022, "population_code": "champ_r1", "dimension_code": "ensemble"},
        {"mediane_pct": -44.44, "cds_nb": 999},
        ("2022", "\u22129,8"),
        ("\u221244,4", "999 centres", "\u22129,8"),
    ),
    "effet_ciseau": (
        {"annee": 2022, "periode_code": "un_an"},
        {"croissance_charges_pct": 77.77, "croissance_recettes_pct": 66.66},
        ("2022",),
        ("77,8", "66,7"),
    ),
    "scenarios_cds": (
        {"annee": 2022, "scenario_code": "absences_hautes", "dimension_code": "ensemble"},
        {"mediane_ecart_points": 99.0, "mediane_scenario_pct": 89.04, "cds_nb": 999},
        ("2022", "Actes par ETP"),
        ("taux haut", "89,0", "999 centres"),
    ),
    "parc_gestionnaire": (
        {
            "annee_debut": 2016,
            "annee_fin": 2022,
            "dimension_code": "gestionnaire",
            "modalite_code": "association",
        },
        {"cds_debut_nb": 81, "cds_nb": 236},
        ("associations", "234 en 2022"),
        ("81 centres en 2016", "236 en 2022"),
    ),
    "actes_par_etp_gestionnaire": (
        {
            "annee": 2022,
            "population_code": "champ_actes_hors_autres_publics",
            "dimension_code": "ensemble",
        },
        {"cds_nb": 487, "mediane": 3411.0, "decile_1": 1199.0},
        ("486", "3\u202f396", "1\u202f161"),
        ("487", "3\u202f411", "1\u202f199"),
    ),
    "comparaison_liberaux": (
        {"annee": 2022, "mesure_code": "actes_par_etp", "statistique_code": "mediane"},
        {"valeur_cds": 3000.0, "ecart_base_cds_pct": 53.8, "ecart_base_liberaux_pct": 35.0},
        ("3\u202f396", "36\u00a0%", "26\u00a0%"),
        ("3\u202f000", "54\u00a0%", "35\u00a0%"),
    ),
    "carte_part_actes_mg_cds": (
        {"territoire_code": "94", "mesure_code": "cds_part_actes_mg_pct"},
        {"valeur": 44.4},
        ("Paris", "31,4\u00a0%", "22 valeurs", "79 départements"),
        ("Val-de-Marne", "44,4\u00a0%", "22 valeurs"),
    ),
    "carte_evolution_population": (
        {"territoire_code": "48", "mesure_code": "population_evolution_pct"},
        {"valeur": 12.34},
        ("Corse-du-Sud", "6,2\u00a0%", "2019-2023", "100 départements"),
        ("Lozère", "12,3\u00a0%", "2019-2023"),
    ),
}
