-- R2: all funding minus operating costs, over operating costs, in %. Funding takes in ARS money and
-- other sources, which R1 leaves out. Field limited to data the ARS validated, and three variants.
WITH champs AS (
    SELECT 'champ_r2' AS population_code, annee, finess FROM champ_r2
    UNION ALL
    SELECT 'champ_r2_hors_autres_publics', annee, finess FROM champ_r2_hors_autres_publics
    UNION ALL
    SELECT 'champ_r2_hors_ouverts', annee, finess FROM champ_r2_hors_ouverts
    UNION ALL
    SELECT 'champ_r2_hors_les_deux', annee, finess FROM champ_r2_hors_les_deux
),
valeurs AS (
    SELECT
        m.annee,
        p.population_code,
        m.gestionnaire_code,
        COALESCE(m.region_code, 'inconnue') AS region_code,
        m.categorie_cnam_code,
        100.0 * CAST(m.financements_eur - m.charges_exploitation_eur AS DOUBLE)
            / CAST(m.charges_exploitation_eur AS DOUBLE) AS valeur
    FROM champs p
    JOIN mesures_cds m ON m.annee = p.annee AND m.finess = p.finess
),
-- include: distribution
SELECT
    annee,
    population_code,
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
    maximum AS max_pct,
    part_positive_pct
FROM groupes
ORDER BY annee, population_code, dimension_code, modalite_code
