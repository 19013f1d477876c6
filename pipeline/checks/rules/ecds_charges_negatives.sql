SELECT finess || '/' || CAST(annee AS VARCHAR) || '/' || poste_code AS cle,
    source_file, source_line, poste_code || '_eur' AS colonne, 'zéro ou plus' AS attendu,
    CAST(montant_eur AS VARCHAR) || ' €' AS trouve, montant_eur >= 0 AS ok
FROM ecds_finances
WHERE famille_code = 'charges'
ORDER BY cle
