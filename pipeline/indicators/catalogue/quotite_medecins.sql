-- Mean working time of the doctors of a centre: its doctors' FTE over their number, in %.
WITH valeurs AS (
    SELECT
        p.annee,
        'hors_livi' AS population_code,
        r.mesure_code,
        m.gestionnaire_code,
        COALESCE(m.region_code, 'inconnue') AS region_code,
        m.categorie_cnam_code,
        r.numerateur,
        r.denominateur,
        r.valeur
    FROM hors_livi p
    JOIN mesures_cds m ON m.annee = p.annee AND m.finess = p.finess
    JOIN ratios_cds r
        ON r.annee = p.annee AND r.finess = p.finess AND r.mesure_code = 'quotite_medecins'
),
-- include: distribution_mesures
SELECT
    annee,
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
FROM groupes
ORDER BY annee, dimension_code, modalite_code
