-- Centres by year and breakdown, with the medical FTE they employ. Shares of centres are of all
-- multi-professional centres; shares of FTE leave LIVI out, as table 2 does.
WITH groupes AS (
    SELECT
        v.annee,
        v.dimension_code,
        v.modalite_code,
        COUNT(*) AS cds_nb,
        COUNT(h.finess) AS cds_hors_livi_nb,
        SUM(CASE WHEN h.finess IS NOT NULL THEN m.medicaux_etp ELSE 0 END) AS medicaux_etp
    FROM ventilations_cds v
    JOIN mesures_cds m ON m.annee = v.annee AND m.finess = v.finess
    LEFT JOIN hors_livi h ON h.annee = v.annee AND h.finess = v.finess
    -- services and locations have cards of their own, which count the empty answers
    WHERE v.dimension_code NOT IN ('service', 'territoire')
    GROUP BY v.annee, v.dimension_code, v.modalite_code
),
totaux AS (
    SELECT annee, cds_nb AS total_nb, medicaux_etp AS total_etp
    FROM groupes
    WHERE dimension_code = 'ensemble'
)
SELECT
    g.annee,
    g.dimension_code,
    g.modalite_code,
    t.total_nb,
    g.cds_nb,
    100.0 * CAST(g.cds_nb AS DOUBLE) / t.total_nb AS part_pct,
    g.cds_hors_livi_nb,
    g.medicaux_etp,
    100.0 * CAST(g.medicaux_etp AS DOUBLE) / NULLIF(CAST(t.total_etp AS DOUBLE), 0)
        AS part_etp_pct
FROM groupes g
JOIN totaux t ON t.annee = g.annee
ORDER BY g.annee, g.dimension_code, g.modalite_code
