-- Fees without extra billing of a centre per patient, GP and nurse patients added.
WITH champs AS (
    SELECT 'champ_honoraires_patient' AS population_code, annee, finess
    FROM champ_honoraires_patient
    UNION ALL
    SELECT 'champ_honoraires_mg_ide', annee, finess FROM champ_honoraires_mg_ide
),
valeurs AS (
    SELECT
        p.annee,
        p.population_code,
        r.mesure_code,
        m.gestionnaire_code,
        COALESCE(m.region_code, 'inconnue') AS region_code,
        m.categorie_cnam_code,
        r.numerateur,
        r.denominateur,
        r.valeur
    FROM champs p
    JOIN mesures_cds m ON m.annee = p.annee AND m.finess = p.finess
    JOIN ratios_cds r
        ON r.annee = p.annee AND r.finess = p.finess AND r.mesure_code = 'honoraires_par_patient'
),
-- include: distribution_mesures
SELECT
    annee,
    population_code,
    dimension_code,
    modalite_code,
    cds_nb,
    minimum AS min_eur,
    decile_1 AS decile_1_eur,
    quartile_1 AS quartile_1_eur,
    mediane AS mediane_eur,
    moyenne AS moyenne_eur,
    moyenne_agregee AS moyenne_agregee_eur,
    quartile_3 AS quartile_3_eur,
    decile_9 AS decile_9_eur,
    maximum AS max_eur
FROM groupes
ORDER BY annee, population_code, dimension_code, modalite_code
