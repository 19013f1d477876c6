WITH actes AS (
    SELECT annee, finess, source_file, min(source_line) AS source_line, sum(nombre) AS nombre
    FROM ecds_actes GROUP BY annee, finess, source_file
)
SELECT k.finess || '/' || CAST(k.annee AS VARCHAR) || '/' || k.source_file AS cle,
    k.source_file, k.source_line, 'mg_etp' AS colonne,
    'au plus {{ecds_actes_par_etp_max}} actes de médecine générale par ETP' AS attendu,
    CAST(k.nombre AS VARCHAR) || ' actes pour ' || CAST(e.effectif_etp AS VARCHAR) || ' ETP'
        AS trouve,
    k.nombre <= e.effectif_etp * {{ecds_actes_par_etp_max}} AS ok
FROM actes k
JOIN ecds_effectifs e
    ON e.annee = k.annee AND e.finess = k.finess AND e.profession_code = 'mg'
WHERE e.effectif_etp > 0
ORDER BY cle
