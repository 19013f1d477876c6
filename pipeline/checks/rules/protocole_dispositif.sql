SELECT p.protocole_id AS cle, p.source_file, p.source_line, 'dispositif_id' AS colonne,
    'un dispositif de type protocole_cooperation' AS attendu,
    COALESCE(d.type_code, 'aucun') AS trouve,
    COALESCE(d.type_code = 'protocole_cooperation', false) AS ok
FROM protocoles p
LEFT JOIN dispositifs d ON d.dispositif_id = p.dispositif_id
ORDER BY cle
