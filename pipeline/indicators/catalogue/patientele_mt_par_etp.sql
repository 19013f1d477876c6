-- Registered patients of a centre, all and adults, per FTE of GPs and doctors with a particular
-- practice. Two means: of the centres, and the ratio of sums the report prints.
WITH valeurs AS (
    SELECT
        p.annee,
        'champ_patientele_mt' AS population_code,
        r.mesure_code,
        m.gestionnaire_code,
        COALESCE(m.region_code, 'inconnue') AS region_code,
        m.categorie_cnam_code,
        r.numerateur,
        r.denominateur,
        r.valeur
    FROM champ_patientele_mt p
    JOIN mesures_cds m ON m.annee = p.annee AND m.finess = p.finess
    JOIN ratios_cds r
        ON r.annee = p.annee
        AND r.finess = p.finess
        AND r.mesure_code IN ('patients_mt_par_etp', 'patients_mt_adultes_par_etp')
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
    moyenne_agregee,
    quartile_3,
    decile_9,
    maximum
FROM groupes
ORDER BY annee, mesure_code, dimension_code, modalite_code
