WITH actes AS (
    SELECT annee, finess, source_file, min(source_line) AS source_line, sum(nombre) AS nombre
    FROM ecds_actes GROUP BY annee, finess, source_file
), generalistes AS (
    SELECT annee, finess, sum(effectif_etp) AS etp
    FROM ecds_effectifs
    WHERE categorie_code = 'medecins_generalistes'
    GROUP BY annee, finess
)
SELECT k.finess || '/' || CAST(k.annee AS VARCHAR) || '/' || k.source_file AS cle,
    k.source_file, k.source_line, 'mg_etp' AS colonne,
    'des ETP de médecins généralistes, puisque des actes sont déclarés' AS attendu,
    CAST(k.nombre AS VARCHAR) || ' actes sans ETP' AS trouve, COALESCE(g.etp, 0) > 0 AS ok
FROM actes k
LEFT JOIN generalistes g ON g.annee = k.annee AND g.finess = k.finess
WHERE k.nombre > 0
ORDER BY cle
