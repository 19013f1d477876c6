SELECT r.relation_id || '/' || CAST(r.terme_rang AS VARCHAR) AS cle, r.source_file, r.source_line,
    'colonne' AS colonne, 'une case de ' || r.tableau_id AS attendu,
    'ligne ' || CAST(r.ligne_rang AS VARCHAR) || ', ' || r.colonne AS trouve,
    count(t.tableau_id) = 1 AS ok
FROM tableaux_relations r
LEFT JOIN published_tables t
    ON t.tableau_id = r.tableau_id AND t.ligne_rang = r.ligne_rang AND t.colonne = r.colonne
GROUP BY r.relation_id, r.terme_rang, r.source_file, r.source_line, r.tableau_id, r.ligne_rang,
    r.colonne
ORDER BY cle
