-- CPTS by department, year and deployment stage: summary table beside the count of the sheets.
-- The sheets describe 2025 only.
WITH synthese AS (
    SELECT departement_code, annee, 'lettre_intention' AS stade_code,
        lettre_intention_nb AS cpts_nb, cpts_nb AS total_nb
    FROM cpts_departements
    UNION ALL
    SELECT departement_code, annee, 'projet_sante' AS stade_code,
        projet_sante_nb AS cpts_nb, cpts_nb AS total_nb
    FROM cpts_departements
    UNION ALL
    SELECT departement_code, annee, 'aci_signe' AS stade_code,
        aci_signe_nb AS cpts_nb, cpts_nb AS total_nb
    FROM cpts_departements
    UNION ALL
    SELECT departement_code, annee, 'ensemble' AS stade_code,
        cpts_nb, cpts_nb AS total_nb
    FROM cpts_departements
),
fiche AS (
    SELECT departement_code, stade_code
    FROM cpts
    WHERE perimetre_code = 'inventaire_pdl_2025' AND fiche_presente
),
fiche_stade AS (
    SELECT departement_code, stade_code, count(*) AS fiches_nb
    FROM fiche
    WHERE stade_code IS NOT NULL
    GROUP BY departement_code, stade_code
    UNION ALL
    SELECT departement_code, 'ensemble' AS stade_code, count(*) AS fiches_nb
    FROM fiche
    GROUP BY departement_code
),
rapproche AS (
    SELECT s.*, CASE WHEN s.annee = 2025 THEN COALESCE(f.fiches_nb, 0) END AS fiches_nb
    FROM synthese s
    LEFT JOIN fiche_stade f
        ON f.departement_code = s.departement_code AND f.stade_code = s.stade_code
)
SELECT
    departement_code,
    annee,
    stade_code,
    cpts_nb,
    total_nb,
    CASE WHEN total_nb > 0 THEN 100 * CAST(cpts_nb AS DOUBLE) / total_nb END AS part_pct,
    fiches_nb,
    fiches_nb - cpts_nb AS ecart_nb,
    CASE WHEN total_nb > 0 THEN 'calcule' ELSE 'refuse' END AS statut_calcul,
    CASE WHEN total_nb = 0 THEN 'denominateur_nul' END AS motif_refus
FROM rapproche
ORDER BY departement_code, annee, stade_code
