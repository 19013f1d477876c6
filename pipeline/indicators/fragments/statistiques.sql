        COUNT(*) AS cds_nb,
        MIN(valeur) AS minimum,
        percentile_cont(0.1) WITHIN GROUP (ORDER BY valeur) AS decile_1,
        percentile_cont(0.25) WITHIN GROUP (ORDER BY valeur) AS quartile_1,
        percentile_cont(0.5) WITHIN GROUP (ORDER BY valeur) AS mediane,
        -- a sum of whole millionths is exact, and does not depend on the order of the rows
        CAST(SUM(CAST(ROUND(1000000.0 * valeur) AS BIGINT)) AS DOUBLE)
            / (1000000.0 * COUNT(valeur)) AS moyenne,
        percentile_cont(0.75) WITHIN GROUP (ORDER BY valeur) AS quartile_3,
        percentile_cont(0.9) WITHIN GROUP (ORDER BY valeur) AS decile_9,
        MAX(valeur) AS maximum,
        100.0 * CAST(COUNT(*) FILTER (WHERE valeur >= 0) AS DOUBLE) / COUNT(*) AS part_positive_pct
