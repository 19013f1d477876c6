-- Share of staff costs in operating costs, centre by centre.
WITH valeurs AS (
    SELECT
        m.annee,
        'champ_r1' AS population_code,
        m.gestionnaire_code,
        COALESCE(m.region_code, 'inconnue') AS region_code,
        m.categorie_cnam_code,
        100.0 * CAST(m.charges_personnel_eur AS DOUBLE)
            / CAST(m.charges_exploitation_eur AS DOUBLE) AS valeur
    FROM champ_r1 p
    JOIN mesures_cds m ON m.annee = p.annee AND m.finess = p.finess
),
-- include: distribution
SELECT
    annee,
    dimension_code,
    modalite_code,
    cds_nb,
    minimum AS min_pct,
    decile_1 AS decile_1_pct,
    quartile_1 AS quartile_1_pct,
    mediane AS mediane_pct,
    moyenne AS moyenne_pct,
    quartile_3 AS quartile_3_pct,
    decile_9 AS decile_9_pct,
    maximum AS max_pct
FROM groupes
ORDER BY annee, dimension_code, modalite_code
