-- Headcount and FTE of a population by row of table 2 and by finer profession. A category that is
-- its own group is listed once, as a group.
WITH champs AS (
    SELECT 'cds_pluripro' AS population_code, annee, finess FROM cds_pluripro
    UNION ALL
    SELECT 'hors_livi', annee, finess FROM hors_livi
    UNION ALL
    SELECT 'hors_livi_hors_collectivites', annee, finess FROM hors_livi_hors_collectivites
),
declares AS (
    SELECT
        p.population_code,
        e.annee,
        e.finess,
        e.profession_code,
        e.categorie_code,
        e.groupe_code,
        e.effectif_nb,
        e.effectif_etp
    FROM champs p
    JOIN ecds_effectifs e ON e.annee = p.annee AND e.finess = p.finess
),
lignes AS (
    SELECT *, 'total' AS niveau_code, 'total' AS effectif_code FROM declares
    UNION ALL
    SELECT *, 'groupe', groupe_code FROM declares
    UNION ALL
    SELECT *, 'sous_groupe', 'medecins'
    FROM declares
    WHERE categorie_code IN ('medecins_generalistes', 'medecins_autres_specialites')
    UNION ALL
    SELECT *, 'categorie', categorie_code FROM declares WHERE categorie_code <> groupe_code
    UNION ALL
    SELECT *, 'profession', profession_code FROM declares
)
SELECT
    annee,
    population_code,
    niveau_code,
    effectif_code,
    CASE WHEN niveau_code <> 'total' THEN MAX(groupe_code) END AS groupe_code,
    COUNT(DISTINCT CASE WHEN effectif_nb > 0 THEN finess END) AS cds_employeurs_nb,
    SUM(effectif_nb) AS effectif_nb,
    SUM(effectif_etp) AS effectif_etp
FROM lignes
GROUP BY annee, population_code, niveau_code, effectif_code
ORDER BY annee, population_code, niveau_code, effectif_code
