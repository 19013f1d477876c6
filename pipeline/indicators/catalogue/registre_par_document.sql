-- What became of the numbers each document prints: in the registry (by statistic), set aside
-- (by reason), and the total of both. Category 'ensemble' is the subtotal of a part.
WITH entrees AS (
    SELECT
        document_id,
        'registre' AS part_code,
        statistic,
        CAST(NULL AS STRING) AS motif_code,
        COALESCE(printed, '') AS imprime
    FROM published_figures
    UNION ALL
    SELECT document_id, 'ecarte', NULL, motif_code, token
    FROM nombres_ecartes
),
comptes AS (
    SELECT
        document_id,
        part_code,
        COALESCE(statistic, motif_code) AS categorie_code,
        statistic,
        motif_code,
        COUNT(*) AS entrees,
        COUNT(*) FILTER (WHERE imprime <> '') AS imprimees
    FROM entrees
    GROUP BY document_id, part_code, statistic, motif_code
    UNION ALL
    SELECT
        document_id,
        part_code,
        'ensemble',
        NULL,
        NULL,
        COUNT(*),
        COUNT(*) FILTER (WHERE imprime <> '')
    FROM entrees
    GROUP BY document_id, part_code
    UNION ALL
    SELECT
        document_id,
        'total',
        'ensemble',
        NULL,
        NULL,
        COUNT(*),
        COUNT(*) FILTER (WHERE imprime <> '')
    FROM entrees
    GROUP BY document_id
)
SELECT
    document_id,
    part_code,
    categorie_code,
    statistic,
    motif_code,
    CAST(entrees AS INT) AS entrees_nb,
    CAST(imprimees AS INT) AS imprimees_nb
FROM comptes
ORDER BY document_id, part_code, categorie_code
