-- What a centre declares in e-CDS beside what its acts give, both shown, with their gap.
WITH paires AS (
    SELECT
        a.annee,
        a.finess,
        'file_active_mg' AS grandeur_code,
        CAST(m.file_active_mg_nb AS DECIMAL(18, 0)) AS declare,
        CAST(a.file_active_mg_nb AS DECIMAL(18, 0)) AS calcule
    FROM actes_centres a
    LEFT JOIN mesures_cds m ON m.annee = a.annee AND m.finess = a.finess
    UNION ALL
    SELECT a.annee, a.finess, 'file_active_mg_c2s',
        CAST(m.file_active_mg_c2s_nb AS DECIMAL(18, 0)),
        CAST(CASE WHEN a.couverture_inconnue_nb = 0 THEN a.file_active_mg_c2s_nb END
            AS DECIMAL(18, 0))
    FROM actes_centres a
    LEFT JOIN mesures_cds m ON m.annee = a.annee AND m.finess = a.finess
    UNION ALL
    SELECT a.annee, a.finess, 'file_active_mg_ame',
        CAST(m.file_active_mg_ame_nb AS DECIMAL(18, 0)),
        CAST(CASE WHEN a.couverture_inconnue_nb = 0 THEN a.file_active_mg_ame_nb END
            AS DECIMAL(18, 0))
    FROM actes_centres a
    LEFT JOIN mesures_cds m ON m.annee = a.annee AND m.finess = a.finess
    UNION ALL
    SELECT a.annee, a.finess, 'file_active_infirmier',
        CAST(m.file_active_infirmier_nb AS DECIMAL(18, 0)),
        CAST(a.file_active_infirmier_nb AS DECIMAL(18, 0))
    FROM actes_centres a
    LEFT JOIN mesures_cds m ON m.annee = a.annee AND m.finess = a.finess
    UNION ALL
    SELECT a.annee, a.finess, 'actes_mg',
        CAST(m.actes_mg_nb AS DECIMAL(18, 0)), CAST(a.actes_mg_nb AS DECIMAL(18, 0))
    FROM actes_centres a
    LEFT JOIN mesures_cds m ON m.annee = a.annee AND m.finess = a.finess
),
ecarts AS (
    SELECT
        *,
        declare IS NOT NULL AND calcule IS NOT NULL AS comparable,
        CASE WHEN declare > 0 THEN
            100.0 * CAST(calcule - declare AS DOUBLE) / CAST(declare AS DOUBLE) END AS ecart_pct
    FROM paires
)
SELECT
    annee,
    grandeur_code,
    COUNT(*) AS cds_nb,
    COUNT(*) FILTER (WHERE comparable) AS compares_nb,
    COUNT(*) FILTER (WHERE declare IS NULL) AS sans_declare_nb,
    COUNT(*) FILTER (WHERE calcule IS NULL) AS sans_calcule_nb,
    COUNT(*) FILTER (WHERE comparable AND declare = calcule) AS egaux_nb,
    CAST(SUM(CASE WHEN comparable THEN declare END) AS BIGINT) AS declare_nb,
    CAST(SUM(CASE WHEN comparable THEN calcule END) AS BIGINT) AS calcule_nb,
    CAST(SUM(CASE WHEN comparable THEN calcule - declare END) AS BIGINT) AS ecart_nb,
    percentile_cont(0.5) WITHIN GROUP (ORDER BY ecart_pct) AS ecart_median_pct,
    MIN(ecart_pct) AS ecart_min_pct,
    MAX(ecart_pct) AS ecart_max_pct,
    CASE WHEN COUNT(*) FILTER (WHERE comparable) > 0 THEN 'calcule' ELSE 'refuse' END
        AS statut_calcul,
    CASE WHEN COUNT(*) FILTER (WHERE comparable) = 0 THEN 'non_renseigne' END AS motif_refus
FROM ecarts
GROUP BY annee, grandeur_code
ORDER BY annee, grandeur_code
