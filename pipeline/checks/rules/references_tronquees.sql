WITH articles AS (
    -- the number of an article, without its letter: 6323-1-3
    SELECT n.*, regexp_extract(token, '([0-9]+-[0-9]+(-[0-9]+)*)', 1) AS numero
    FROM nombres_ecartes n
    WHERE motif_code = 'reference_legale'
)
SELECT a.document_id || '/' || CAST(a.document_line AS VARCHAR) || '/' || CAST(a.rang AS VARCHAR)
        AS cle,
    min(a.source_file) AS source_file, min(a.source_line) AS source_line, 'token' AS colonne,
    'aucun article de même numéro à un premier chiffre près' AS attendu,
    a.token || COALESCE(', et ' || min(b.token) || ' ailleurs', '') AS trouve,
    count(b.numero) = 0 AS ok
FROM articles a
LEFT JOIN articles b
    ON b.document_id = a.document_id
    AND length(b.numero) = length(a.numero) + 1
    AND b.numero LIKE '%' || a.numero
WHERE length(a.numero) >= 5
GROUP BY a.document_id, a.document_line, a.rang, a.token
ORDER BY cle
