SELECT finess || '/' || CAST(annee AS VARCHAR) AS cle, source_file, source_line,
    'date_fermeture' AS colonne, 'après l''ouverture, le ' || CAST(date_ouverture AS VARCHAR)
        AS attendu,
    CAST(date_fermeture AS VARCHAR) AS trouve, date_fermeture >= date_ouverture AS ok
FROM ecds_centres
WHERE date_fermeture IS NOT NULL AND date_ouverture IS NOT NULL
ORDER BY cle
