-- Staff by row of table 2 and by finer profession: people, FTE, shares, and FTE per person.
WITH totaux AS (
    SELECT annee, population_code, effectif_nb AS total_nb, effectif_etp AS total_etp
    FROM effectifs_lignes
    WHERE niveau_code = 'total'
),
groupes AS (
    SELECT annee, population_code, groupe_code, effectif_etp AS groupe_etp
    FROM effectifs_lignes
    WHERE niveau_code = 'groupe'
),
champs AS (
    SELECT annee, 'cds_pluripro' AS population_code, COUNT(*) AS cds_nb
    FROM cds_pluripro
    GROUP BY annee
    UNION ALL
    SELECT annee, 'hors_livi', COUNT(*) FROM hors_livi GROUP BY annee
    UNION ALL
    SELECT annee, 'hors_livi_hors_collectivites', COUNT(*)
    FROM hors_livi_hors_collectivites
    GROUP BY annee
)
SELECT
    l.annee,
    l.population_code,
    l.niveau_code,
    l.effectif_code,
    c.cds_nb,
    l.cds_employeurs_nb,
    l.effectif_nb,
    100.0 * CAST(l.effectif_nb AS DOUBLE) / NULLIF(t.total_nb, 0) AS part_effectif_pct,
    l.effectif_etp,
    100.0 * CAST(l.effectif_etp AS DOUBLE) / NULLIF(CAST(t.total_etp AS DOUBLE), 0) AS part_etp_pct,
    100.0 * CAST(l.effectif_etp AS DOUBLE) / NULLIF(CAST(g.groupe_etp AS DOUBLE), 0)
        AS part_etp_groupe_pct,
    100.0 * CAST(l.effectif_etp AS DOUBLE) / NULLIF(l.effectif_nb, 0) AS quotite_pct
FROM effectifs_lignes l
JOIN totaux t ON t.annee = l.annee AND t.population_code = l.population_code
JOIN champs c ON c.annee = l.annee AND c.population_code = l.population_code
LEFT JOIN groupes g
    ON g.annee = l.annee
    AND g.population_code = l.population_code
    AND g.groupe_code = l.groupe_code
ORDER BY l.annee, l.population_code, l.niveau_code, l.effectif_code
