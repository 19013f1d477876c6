-- The scissors effect: operating costs, operating revenue and total funding of one field of centres,
-- their growth, and the aggregated operating result. Local authorities and LIVI are left out of all
-- three, so that they may be compared.
WITH champ_cds AS (
    SELECT annee, finess FROM hors_livi_hors_collectivites
),
postes AS (
    SELECT poste_code, total_code
    FROM (VALUES
        ('charges_exploitation', 'charges_exploitation'),
        ('recettes_exploitation', 'recettes_exploitation'),
        ('financements_total', 'financements_total')
    ) AS v (poste_code, total_code)
),
-- include: niveaux_postes
,
-- include: croissance
,
lignes AS (
    SELECT
        annee,
        periode_code,
        MAX(annee_base) AS annee_base,
        MAX(cds_nb) AS cds_nb,
        MAX(cds_base_nb) AS cds_base_nb,
        MAX(CASE WHEN ligne_code = 'charges_exploitation' THEN valeur END) AS charges,
        MAX(CASE WHEN ligne_code = 'recettes_exploitation' THEN valeur END) AS recettes,
        MAX(CASE WHEN ligne_code = 'financements_total' THEN valeur END) AS financements,
        MAX(CASE WHEN ligne_code = 'charges_exploitation' THEN croissance_pct END)
            AS croissance_charges_pct,
        MAX(CASE WHEN ligne_code = 'recettes_exploitation' THEN croissance_pct END)
            AS croissance_recettes_pct,
        MAX(CASE WHEN ligne_code = 'financements_total' THEN croissance_pct END)
            AS croissance_financements_pct,
        MAX(motif_refus) AS motif_refus
    FROM croissances
    GROUP BY annee, periode_code
)
SELECT
    annee,
    periode_code,
    annee_base,
    cds_nb,
    cds_base_nb,
    CAST(charges * CAST(0.000001 AS DECIMAL(7, 6)) AS DECIMAL(18, 8)) AS charges_meur,
    CAST(recettes * CAST(0.000001 AS DECIMAL(7, 6)) AS DECIMAL(18, 8)) AS recettes_meur,
    CAST(financements * CAST(0.000001 AS DECIMAL(7, 6)) AS DECIMAL(18, 8)) AS financements_meur,
    100.0 * CAST(recettes - charges AS DOUBLE) / NULLIF(CAST(charges AS DOUBLE), 0.0)
        AS resultat_agrege_pct,
    100.0 * CAST(financements - charges AS DOUBLE) / NULLIF(CAST(charges AS DOUBLE), 0.0)
        AS financements_nets_agrege_pct,
    croissance_charges_pct,
    croissance_recettes_pct,
    croissance_financements_pct,
    croissance_recettes_pct - croissance_charges_pct AS ciseau_points,
    CASE WHEN motif_refus IS NULL THEN 'calcule' ELSE 'refuse' END AS statut_calcul,
    motif_refus
FROM lignes
ORDER BY annee, periode_code
