-- Distribution of the centres by six measures of size: people and FTE of doctors, of medical
-- professionals, of all staff.
WITH tailles AS (
    SELECT mesure_code
    FROM (VALUES
        ('medecins_nb'), ('medecins_etp'), ('medicaux_nb'),
        ('medicaux_etp'), ('personnel_nb'), ('personnel_etp')
    ) AS liste(mesure_code)
),
mesures AS (
    SELECT
        m.annee,
        'hors_livi' AS population_code,
        t.mesure_code,
        m.gestionnaire_code,
        COALESCE(m.region_code, 'inconnue') AS region_code,
        m.categorie_cnam_code,
        -- cast one by one: a CASE over whole numbers and decimals would round the decimals
        CASE t.mesure_code
            WHEN 'medecins_nb' THEN CAST(m.medecins_nb AS DECIMAL(12, 2))
            WHEN 'medecins_etp' THEN CAST(m.medecins_etp AS DECIMAL(12, 2))
            WHEN 'medicaux_nb' THEN CAST(m.medicaux_nb AS DECIMAL(12, 2))
            WHEN 'medicaux_etp' THEN CAST(m.medicaux_etp AS DECIMAL(12, 2))
            WHEN 'personnel_nb' THEN CAST(m.personnel_nb AS DECIMAL(12, 2))
            WHEN 'personnel_etp' THEN CAST(m.personnel_etp AS DECIMAL(12, 2))
        END AS numerateur
    FROM hors_livi p
    JOIN mesures_cds m ON m.annee = p.annee AND m.finess = p.finess
    CROSS JOIN tailles t
),
valeurs AS (
    -- per centre: the ratio of sums is then the mean itself
    SELECT *, 1 AS denominateur, CAST(numerateur AS DOUBLE) AS valeur FROM mesures
),
-- include: distribution_mesures
SELECT
    annee,
    mesure_code,
    dimension_code,
    modalite_code,
    cds_nb,
    minimum,
    decile_1,
    quartile_1,
    mediane,
    moyenne,
    quartile_3,
    decile_9,
    maximum
FROM groupes
ORDER BY annee, mesure_code, dimension_code, modalite_code
