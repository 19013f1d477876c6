-- What each printed figure may be, in its unit: CTEs `precisions`, `marges` and `intervalles`, one
-- row per figure that holds a number. An infinite bound is written 10^9.
--   bas, haut                    half a unit of the last printed decimal on each side;
--   bas_possible, haut_possible  what may have been rounded to this print. A whole number that ends
--       in zeros may be a rounding at its last significant digit (2 750: to the nearest 50), within
--       the tolerance of "about"; a count that does not end in zeros is exact.
-- A qualifier widens the interval: about (both sides), nearly (below above all), more than and at
-- least (no upper bound), less than and at most (no lower bound). Beside a quantile, "at least" and
-- the like say on which side the centres are, not that the number is inexact. A share written as a
-- fraction (a third, 7 centres out of 10) is about.
precisions AS (
    SELECT
        figure_id,
        value,
        value_min,
        value_max,
        CASE
            WHEN statistic IN ('d1', 'q1', 'median', 'q3', 'd9')
                AND qualifier IN ('plus_de', 'moins_de', 'au_moins', 'au_plus') THEN 'exact'
            WHEN qualifier = 'exact' AND value IS NOT NULL AND (decimals IS NULL
                OR (unit = '%' AND (printed LIKE '% sur %'
                    OR translate(printed, '0123456789', '') = printed))) THEN 'environ'
            ELSE qualifier
        END AS reserve,
        -- people, centres, acts: "more than 70 doctors" excludes 70
        statistic = 'count' AND decimals = 0 AND unit NOT IN ('ETP', 'h') AS entier,
        CAST(abs(value) * {{qualificatif_environ_pct}} / 100 AS DECIMAL(18, 6)) AS environ,
        CAST(abs(value) * {{qualificatif_presque_pct}} / 100 AS DECIMAL(18, 6)) AS presque,
        CASE COALESCE(decimals, 0)
            WHEN 0 THEN 0.5 WHEN 1 THEN 0.05 WHEN 2 THEN 0.005 WHEN 3 THEN 0.0005
            WHEN 4 THEN 0.00005 ELSE 0.000005
        END AS demi_pas,
        CASE
            WHEN decimals <> 0 OR abs(value) < 100 THEN 0
            WHEN value % 1000 = 0 THEN 500
            WHEN value % 500 = 0 THEN 250
            WHEN value % 100 = 0 THEN 50
            WHEN value % 50 = 0 THEN 25
            WHEN value % 10 = 0 THEN 5
            ELSE 0
        END AS demi_pas_apparent
    FROM published_figures
    WHERE value IS NOT NULL OR value_min IS NOT NULL OR value_max IS NOT NULL
),
marges AS (
    -- below and above the printed number; a negative number is nearly reached from above
    SELECT
        figure_id,
        value,
        value_min,
        value_max,
        demi_pas,
        entier AND reserve = 'exact' AS compte,
        CASE
            WHEN reserve = 'environ' OR (reserve = 'presque' AND value < 0)
                THEN GREATEST(demi_pas, environ)
            WHEN reserve = 'presque' THEN GREATEST(demi_pas, presque)
            WHEN reserve = 'plus_de' AND entier THEN -demi_pas
            WHEN reserve = 'plus_de' THEN 0
            WHEN reserve IN ('moins_de', 'au_plus') THEN 1000000000
            ELSE demi_pas
        END AS sous,
        CASE
            WHEN reserve = 'presque' AND value < 0 THEN GREATEST(demi_pas, presque)
            WHEN reserve IN ('environ', 'presque') THEN GREATEST(demi_pas, environ)
            WHEN reserve = 'moins_de' AND entier THEN -demi_pas
            WHEN reserve = 'moins_de' THEN 0
            WHEN reserve IN ('plus_de', 'au_moins') THEN 1000000000
            ELSE demi_pas
        END AS sur,
        CASE WHEN reserve IN ('plus_de', 'moins_de', 'au_moins', 'au_plus') THEN 0
            ELSE LEAST(demi_pas_apparent, environ) END AS arrondi
    FROM precisions
),
intervalles AS (
    SELECT
        figure_id,
        CAST(CASE WHEN value IS NOT NULL THEN value - sous
            ELSE COALESCE(value_min - demi_pas, -1000000000) END AS DECIMAL(18, 6)) AS bas,
        CAST(CASE WHEN value IS NOT NULL THEN value + sur
            ELSE COALESCE(value_max + demi_pas, 1000000000) END AS DECIMAL(18, 6)) AS haut,
        CAST(CASE
            WHEN value IS NULL THEN COALESCE(value_min - demi_pas, -1000000000)
            WHEN compte THEN value - arrondi
            WHEN sous < 0 THEN value - sous
            ELSE value - GREATEST(sous, arrondi)
        END AS DECIMAL(18, 6)) AS bas_possible,
        CAST(CASE
            WHEN value IS NULL THEN COALESCE(value_max + demi_pas, 1000000000)
            WHEN compte THEN value + arrondi
            WHEN sur < 0 THEN value + sur
            ELSE value + GREATEST(sur, arrondi)
        END AS DECIMAL(18, 6)) AS haut_possible
    FROM marges
)
