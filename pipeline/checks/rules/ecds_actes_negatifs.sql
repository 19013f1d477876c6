SELECT finess || '/' || CAST(annee AS VARCHAR) || '/' || acte AS cle, source_file, source_line,
    acte AS colonne, 'zéro ou plus, hors annulations' AS attendu,
    CAST(nombre AS VARCHAR) AS trouve, nombre >= 0 AS ok
FROM ecds_actes
ORDER BY cle
