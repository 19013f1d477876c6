SELECT l.ancien_code || ' ' || l.commune_code AS cle, l.source_file, l.source_line,
    'commune_code' AS colonne,
    'une commune de ' || CAST(l.annee_arrivee AS VARCHAR) AS attendu,
    l.commune_code AS trouve,
    c.commune_code IS NOT NULL AS ok
FROM communes_liens l
JOIN (SELECT DISTINCT annee FROM communes) a ON a.annee = l.annee_arrivee
LEFT JOIN communes c ON c.annee = l.annee_arrivee AND c.commune_code = l.commune_code
ORDER BY cle
