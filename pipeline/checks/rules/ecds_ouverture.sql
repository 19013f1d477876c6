SELECT finess || '/' || CAST(annee AS VARCHAR) AS cle, source_file, source_line,
    'date_ouverture' AS colonne, 'en ' || CAST(annee AS VARCHAR) || ' au plus tard' AS attendu,
    CAST(date_ouverture AS VARCHAR) AS trouve, EXTRACT(YEAR FROM date_ouverture) <= annee AS ok
FROM ecds_centres
WHERE date_ouverture IS NOT NULL
ORDER BY cle
