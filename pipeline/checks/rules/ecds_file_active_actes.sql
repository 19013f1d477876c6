WITH actes AS (
    SELECT annee, finess, sum(nombre) AS nombre FROM ecds_actes GROUP BY annee, finess
)
SELECT a.finess || '/' || CAST(a.annee AS VARCHAR) AS cle, a.source_file, a.source_line,
    'file_active_mg_nb' AS colonne,
    'au plus ' || CAST(k.nombre AS VARCHAR) || ' patients, un acte de médecine générale chacun'
        AS attendu,
    CAST(a.file_active_mg_nb AS VARCHAR) AS trouve, a.file_active_mg_nb <= k.nombre AS ok
FROM ecds_activite a
JOIN actes k ON k.annee = a.annee AND k.finess = a.finess
WHERE a.file_active_mg_nb IS NOT NULL
ORDER BY cle
