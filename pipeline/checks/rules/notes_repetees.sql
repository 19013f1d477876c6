SELECT document_id || '/' || token AS cle, min(source_file) AS source_file,
    min(source_line) AS source_line, 'token' AS colonne,
    'un appel et une note au plus' AS attendu,
    CAST(count(*) AS VARCHAR) || ' fois la note ' || token AS trouve, count(*) <= 2 AS ok
FROM nombres_ecartes
WHERE motif_code = 'note_bas_de_page' AND length(token) <= 3
    AND translate(token, '0123456789', '') = ''
GROUP BY document_id, token
ORDER BY cle
