-- Ratios of the centres counted on their acts; a centre e-CDS does not know is in no breakdown.
WITH valeurs AS (
    SELECT
        r.annee,
        'cds_actes' AS population_code,
        r.mesure_code,
        COALESCE(m.gestionnaire_code, 'gestionnaire_inconnu') AS gestionnaire_code,
        COALESCE(m.region_code, 'inconnue') AS region_code,
        COALESCE(m.categorie_cnam_code, 'categorie_inconnue') AS categorie_cnam_code,
        r.numerateur,
        r.denominateur,
        r.valeur
    FROM ratios_actes r
    LEFT JOIN mesures_cds m ON m.annee = r.annee AND m.finess = r.finess
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
