-- Distinct GP patients of a centre per GP FTE, doctors with a particular practice left out.
WITH valeurs AS (
    SELECT
        p.annee,
        'champ_file_active' AS population_code,
        r.mesure_code,
        m.gestionnaire_code,
        COALESCE(m.region_code, 'inconnue') AS region_code,
        m.categorie_cnam_code,
        r.numerateur,
        r.denominateur,
        r.valeur
    FROM champ_file_active p
    JOIN mesures_cds m ON m.annee = p.annee AND m.finess = p.finess
    JOIN ratios_cds r
        ON r.annee = p.annee AND r.finess = p.finess AND r.mesure_code = 'file_active_par_etp'
),
-- include: distribution_mesures
SELECT
    annee,
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
    maximum
FROM groupes
ORDER BY annee, dimension_code, modalite_code
