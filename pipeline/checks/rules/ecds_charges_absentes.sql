WITH charges AS (
    SELECT annee, finess, count(*) AS n
    FROM ecds_finances
    WHERE famille_code = 'charges'
    GROUP BY annee, finess
)
SELECT c.finess || '/' || CAST(c.annee AS VARCHAR) AS cle, c.source_file, c.source_line,
    'charges_exploitation_eur' AS colonne, 'des charges déclarées' AS attendu,
    'aucune pour ' || c.finess || ' en ' || CAST(c.annee AS VARCHAR) AS trouve,
    k.n IS NOT NULL AS ok
FROM ecds_centres c
LEFT JOIN charges k ON k.annee = c.annee AND k.finess = c.finess
WHERE c.gestionnaire_code <> 'collectivite_territoriale'
ORDER BY cle
