SELECT objet_id AS cle, source_file, source_line, 'imprime' AS colonne,
    CASE WHEN imprime IN ('infra', 'ci-dessous') THEN 'après' ELSE 'avant' END || ' la ligne '
        || CAST(document_line AS VARCHAR) || ' (« ' || imprime || ' »)' AS attendu,
    objet || ' : ligne ' || CAST(ligne_visee AS VARCHAR) AS trouve,
    CASE WHEN imprime IN ('infra', 'ci-dessous') THEN ligne_visee > document_line
        ELSE ligne_visee < document_line END AS ok
FROM mentions
WHERE genre_code = 'renvoi'
ORDER BY cle
