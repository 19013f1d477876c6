-- Printed dates as whole days (20181031): CTE `dates`, one row per figure that prints a date this
-- block can read: 2018, 2018-10, 2018-10-31, 2025-T4, 2025-S2, or two of them around a slash.
--   debut, debut_fin   the first and last day its first part may be;
--   fin                the last day of the whole.
dates_coupees AS (
    SELECT
        figure_id,
        CASE WHEN value_text LIKE '%/%'
            THEN substring(value_text, 1, position('/' IN value_text) - 1)
            ELSE value_text END AS premiere,
        CASE WHEN value_text LIKE '%/%'
            THEN substring(value_text, position('/' IN value_text) + 1, 10)
            ELSE value_text END AS derniere
    FROM published_figures
    WHERE statistic = 'date' AND value_text IS NOT NULL
),
dates_lues AS (
    SELECT
        figure_id,
        CASE
            WHEN premiere LIKE '____' THEN premiere || '0101'
            WHEN premiere LIKE '____-T_' THEN substring(premiere, 1, 4)
                || CASE substring(premiere, 7, 1) WHEN '1' THEN '0101' WHEN '2' THEN '0401'
                    WHEN '3' THEN '0701' ELSE '1001' END
            WHEN premiere LIKE '____-S_' THEN substring(premiere, 1, 4)
                || CASE substring(premiere, 7, 1) WHEN '1' THEN '0101' ELSE '0701' END
            WHEN premiere LIKE '____-__' THEN replace(premiere, '-', '') || '01'
            WHEN premiere LIKE '____-__-__' THEN replace(premiere, '-', '')
        END AS debut,
        CASE
            WHEN premiere LIKE '____' THEN premiere || '1231'
            WHEN premiere LIKE '____-T_' THEN substring(premiere, 1, 4)
                || CASE substring(premiere, 7, 1) WHEN '1' THEN '0331' WHEN '2' THEN '0630'
                    WHEN '3' THEN '0930' ELSE '1231' END
            WHEN premiere LIKE '____-S_' THEN substring(premiere, 1, 4)
                || CASE substring(premiere, 7, 1) WHEN '1' THEN '0630' ELSE '1231' END
            WHEN premiere LIKE '____-__' THEN replace(premiere, '-', '') || '31'
            WHEN premiere LIKE '____-__-__' THEN replace(premiere, '-', '')
        END AS debut_fin,
        CASE
            WHEN derniere LIKE '____' THEN derniere || '1231'
            WHEN derniere LIKE '____-T_' THEN substring(derniere, 1, 4)
                || CASE substring(derniere, 7, 1) WHEN '1' THEN '0331' WHEN '2' THEN '0630'
                    WHEN '3' THEN '0930' ELSE '1231' END
            WHEN derniere LIKE '____-S_' THEN substring(derniere, 1, 4)
                || CASE substring(derniere, 7, 1) WHEN '1' THEN '0630' ELSE '1231' END
            WHEN derniere LIKE '____-__' THEN replace(derniere, '-', '') || '31'
            WHEN derniere LIKE '____-__-__' THEN replace(derniere, '-', '')
        END AS fin
    FROM dates_coupees
),
dates AS (
    SELECT
        figure_id,
        CAST(debut AS INT) AS debut,
        CAST(debut_fin AS INT) AS debut_fin,
        CAST(fin AS INT) AS fin
    FROM dates_lues
    WHERE translate(debut || debut_fin || fin, '0123456789', '') = ''
        AND length(debut) = 8 AND length(fin) = 8
)
