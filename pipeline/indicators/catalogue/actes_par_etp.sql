-- Clinical GP acts of a centre (13 kinds) per GP FTE, doctors with a particular practice left out.
WITH champs AS (
    SELECT 'champ_actes' AS population_code, annee, finess FROM champ_actes
    UNION ALL
    SELECT 'champ_actes_hors_autres_publics', annee, finess FROM champ_actes_hors_autres_publics
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
        ON r.annee = p.annee AND r.finess = p.finess AND r.mesure_code = 'actes_par_etp'
),
-- include: distribution_mesures
SELECT
    annee,
    population_code,
    dimension_code,
    modalite_code,
    cds_nb,
    minimum,
    decile_1,
    quartile_1,
    mediane,
    moyenne,
    moyenne_agregee,
    quartile_3,
    decile_9,
    maximum,
    CASE WHEN annee = {{comparateurs_annee}} THEN CAST({{liberaux_actes_mediane}} AS DOUBLE) END
        AS mediane_liberaux
FROM groupes
ORDER BY annee, population_code, dimension_code, modalite_code
