comptes AS (
    SELECT
        annee,
        population_code,
        question_code,
-- include: ventilation
        COUNT(*) AS champ_nb,
        -- an empty answer is not a "no": it leaves the denominator and is counted apart
        COUNT(oui) AS cds_nb,
        COUNT(*) FILTER (WHERE oui) AS concernes_nb
    FROM reponses
    GROUP BY GROUPING SETS (
        (annee, population_code, question_code),
        (annee, population_code, question_code, gestionnaire_code),
        (annee, population_code, question_code, region_code),
        (annee, population_code, question_code, categorie_cnam_code)
    )
),
parts AS (
    SELECT
        annee,
        population_code,
        question_code,
        dimension_code,
        modalite_code,
        cds_nb,
        champ_nb - cds_nb AS non_renseignes_nb,
        concernes_nb,
        100.0 * CAST(concernes_nb AS DOUBLE) / NULLIF(cds_nb, 0) AS part_pct,
        100.0 * CAST(concernes_nb AS DOUBLE) / NULLIF(
            MAX(CASE WHEN dimension_code = 'ensemble' THEN concernes_nb END)
                OVER (PARTITION BY annee, population_code, question_code),
            0
        ) AS repartition_pct,
        CASE WHEN cds_nb = 0 THEN 'refuse' ELSE 'calcule' END AS statut_calcul,
        CASE WHEN cds_nb = 0 THEN 'non_renseigne' END AS motif_refus
    FROM comptes
)
