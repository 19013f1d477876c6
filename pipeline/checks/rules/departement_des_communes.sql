SELECT CAST(c.annee AS VARCHAR) || ' ' || c.commune_code AS cle, c.source_file, c.source_line,
    'departement_code' AS colonne,
    COALESCE(d.departement_code || ' en région ' || d.region_code, 'un département connu')
        AS attendu,
    c.departement_code || ' en région ' || c.region_code AS trouve,
    COALESCE(d.region_code = c.region_code, false) AS ok
FROM communes c
LEFT JOIN departements d ON d.departement_code = c.departement_code
ORDER BY cle
