-- Excess deprivation of the units paid the flat rate: share of C2S and AME patients minus the
-- national rate, in points. A grouping pools its centres. The national rate is known for one year.
WITH unites AS (
    SELECT
        r.annee,
        COALESCE(m.groupement_id, r.finess) AS unite_id,
        CAST(SUM(r.numerateur) AS DOUBLE) / CAST(SUM(r.denominateur) AS DOUBLE) AS taux_pct
    FROM adherents p
    JOIN mesures_cds m ON m.annee = p.annee AND m.finess = p.finess
    JOIN ratios_cds r
        ON r.annee = p.annee AND r.finess = p.finess AND r.mesure_code = 'part_c2s_ame'
    GROUP BY r.annee, COALESCE(m.groupement_id, r.finess)
),
champ AS (
    SELECT
        u.annee,
        u.annee = {{comparateurs_annee}} AS comparable,
        CASE WHEN u.annee = {{comparateurs_annee}}
            THEN t.taux_pct - {{precarite_nationale_c2s_ame_pct}} END AS valeur,
        t.unite_id IS NOT NULL AS connue
    FROM unites_rfs u
    LEFT JOIN unites t ON t.annee = u.annee AND t.unite_id = u.finess
)
SELECT
    annee,
    COUNT(*) FILTER (WHERE connue) AS unites_nb,
    COUNT(*) FILTER (WHERE NOT connue) AS non_renseignes_nb,
    percentile_cont(0.1) WITHIN GROUP (ORDER BY valeur) AS decile_1_points,
    percentile_cont(0.2) WITHIN GROUP (ORDER BY valeur) AS decile_2_points,
    percentile_cont(0.3) WITHIN GROUP (ORDER BY valeur) AS decile_3_points,
    percentile_cont(0.4) WITHIN GROUP (ORDER BY valeur) AS decile_4_points,
    percentile_cont(0.5) WITHIN GROUP (ORDER BY valeur) AS mediane_points,
    percentile_cont(0.6) WITHIN GROUP (ORDER BY valeur) AS decile_6_points,
    percentile_cont(0.7) WITHIN GROUP (ORDER BY valeur) AS decile_7_points,
    percentile_cont(0.8) WITHIN GROUP (ORDER BY valeur) AS decile_8_points,
    percentile_cont(0.9) WITHIN GROUP (ORDER BY valeur) AS decile_9_points,
    CASE WHEN MAX(CASE WHEN comparable THEN 1 ELSE 0 END) = 1
        THEN COUNT(*) FILTER (WHERE valeur > {{surprecarite_seuil_points}}) END AS au_dessus_nb,
    100.0 * CAST(COUNT(*) FILTER (WHERE valeur > {{surprecarite_seuil_points}}) AS DOUBLE)
        / NULLIF(COUNT(valeur), 0) AS au_dessus_pct,
    CASE WHEN COUNT(valeur) > 0 THEN 'calcule' ELSE 'refuse' END AS statut_calcul,
    CASE
        WHEN MAX(CASE WHEN comparable THEN 1 ELSE 0 END) = 0 THEN 'comparateur_absent'
        WHEN COUNT(valeur) = 0 THEN 'non_renseigne'
    END AS motif_refus
FROM champ
GROUP BY annee
ORDER BY annee
