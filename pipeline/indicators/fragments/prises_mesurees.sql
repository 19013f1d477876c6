-- After `prises`: each booking once for each of its two lead times.
mesurees AS (
    SELECT
        p.*,
        m.mesure_code,
        CAST(CASE m.mesure_code
            WHEN 'offre_prise' THEN offre_prise_minutes_nb ELSE preavis_minutes_nb
        END AS INTEGER) AS minutes_nb
    FROM prises p
    CROSS JOIN (SELECT 'offre_prise' AS mesure_code UNION ALL SELECT 'prise_debut') m
)
