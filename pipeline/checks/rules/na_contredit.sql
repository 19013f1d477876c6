SELECT s.departement_code || '/' || CAST(s.annee AS VARCHAR) AS cle, s.source_file, s.source_line,
    'dispositif_snp_statut' AS colonne, 'aucun dispositif décrit, la synthèse note N/A' AS attendu,
    CAST(count(d.dispositif_id) AS VARCHAR) || ' dispositifs ouverts cette année-là dans les fiches'
        AS trouve,
    count(d.dispositif_id) = 0 AS ok
FROM cpts_departements s
LEFT JOIN dispositifs d
    ON d.departement_code = s.departement_code AND d.perimetre_code = 'inventaire_pdl_2025'
    AND d.compte_snp AND d.date_debut <= CAST(CAST(s.annee AS VARCHAR) || '-12-31' AS DATE)
WHERE s.dispositif_snp_statut = 'na'
GROUP BY s.departement_code, s.annee, s.source_file, s.source_line
ORDER BY cle
