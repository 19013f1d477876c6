-- Share of a line in total funding, centre by centre: total fees, RFS, other sources. A line the
-- centre does not declare is worth zero.
WITH postes AS (
    SELECT poste_code
    FROM (VALUES ('honoraires_totaux'), ('rfs'), ('autres_sources')) AS v (poste_code)
),
valeurs AS (
    -- the distribution fragment keeps series apart by `population_code`: here a series is a line,
    -- all of them on one population
    SELECT
        m.annee,
        l.poste_code AS population_code,
        m.gestionnaire_code,
        COALESCE(m.region_code, 'inconnue') AS region_code,
        m.categorie_cnam_code,
        100.0 * CAST(COALESCE(f.montant_eur, 0) AS DOUBLE) / CAST(m.financements_eur AS DOUBLE)
            AS valeur
    FROM champ_recettes p
    JOIN mesures_cds m ON m.annee = p.annee AND m.finess = p.finess
    CROSS JOIN postes l
    LEFT JOIN postes_cds f
        ON f.annee = p.annee AND f.finess = p.finess AND f.poste_code = l.poste_code
    WHERE m.financements_eur > 0
),
-- include: distribution
SELECT
    annee,
    population_code AS poste_code,
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
ORDER BY annee, poste_code, dimension_code, modalite_code
