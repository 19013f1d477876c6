-- C2S and AME patients among GP patients, centre by centre. Departments as well: the report quotes
-- Paris.
WITH champs AS (
    SELECT 'champ_precarite' AS population_code, annee, finess FROM champ_precarite
    UNION ALL
    SELECT 'champ_precarite_hors_autres_publics', annee, finess
    FROM champ_precarite_hors_autres_publics
),
valeurs AS (
    SELECT
        p.annee,
        p.population_code,
        r.mesure_code,
        m.gestionnaire_code,
        COALESCE(m.region_code, 'inconnue') AS region_code,
        COALESCE(m.departement_code, 'inconnu') AS departement_code,
        m.categorie_cnam_code,
        r.numerateur,
        r.denominateur,
        r.valeur
    FROM champs p
    JOIN mesures_cds m ON m.annee = p.annee AND m.finess = p.finess
    JOIN ratios_cds r
        ON r.annee = p.annee AND r.finess = p.finess AND r.mesure_code = 'part_c2s_ame'
),
-- include: distribution_mesures
, departements AS (
    SELECT
        annee,
        population_code,
        mesure_code,
        'departement' AS dimension_code,
        concat('departement_', departement_code) AS modalite_code,
        CAST(SUM(numerateur) AS DOUBLE) / CAST(SUM(denominateur) AS DOUBLE) AS moyenne_agregee,
-- include: statistiques
    FROM valeurs
    WHERE population_code = 'champ_precarite'
    GROUP BY annee, population_code, mesure_code, departement_code
),
ensemble AS (
    SELECT * FROM groupes
    UNION ALL
    SELECT * FROM departements
)
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
    moyenne_agregee AS moyenne_agregee_pct,
    quartile_3 AS quartile_3_pct,
    decile_9 AS decile_9_pct,
    maximum AS max_pct
FROM ensemble
ORDER BY annee, population_code, dimension_code, modalite_code
