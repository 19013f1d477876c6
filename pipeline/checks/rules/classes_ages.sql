WITH classes AS (
    -- "moins de 4 ans", "5 à 18 ans", "plus de 76 ans": the class, and the quantity without it
    SELECT figure_id, source_file, source_line, document_id, statistic, unit, quantity,
        regexp_replace(quantity, '(moins de [0-9]+|plus de [0-9]+|[0-9]+ à [0-9]+) ans', '')
            AS grandeur,
        CASE
            WHEN quantity LIKE '%moins de % ans%' THEN -1
            WHEN quantity LIKE '%plus de % ans%'
                THEN CAST(regexp_extract(quantity, 'plus de ([0-9]+) ans', 1) AS INT) + 1
            ELSE CAST(regexp_extract(quantity, '([0-9]+) à [0-9]+ ans', 1) AS INT)
        END AS premier,
        CASE
            WHEN quantity LIKE '%plus de % ans%' THEN 999
            WHEN quantity LIKE '%moins de % ans%'
                THEN CAST(regexp_extract(quantity, 'moins de ([0-9]+) ans', 1) AS INT) - 1
            ELSE CAST(regexp_extract(quantity, '[0-9]+ à ([0-9]+) ans', 1) AS INT)
        END AS dernier
    FROM published_figures
    WHERE statistic NOT IN ('age', 'threshold', 'definition', 'date')
        AND regexp_extract(quantity, '(moins de [0-9]+|plus de [0-9]+|[0-9]+ à [0-9]+) ans', 1) <> ''
),
suites AS (
    SELECT c.*,
        LAG(dernier) OVER (PARTITION BY document_id, statistic, unit, grandeur ORDER BY premier)
            AS precedent
    FROM classes c
)
SELECT figure_id AS cle, source_file, source_line, 'quantity' AS colonne,
    'une classe qui commence à ' || CAST(precedent + 1 AS VARCHAR) || ' ans' AS attendu,
    quantity AS trouve, premier = precedent + 1 AS ok
FROM suites
WHERE precedent IS NOT NULL
ORDER BY cle
