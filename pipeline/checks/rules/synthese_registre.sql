WITH valeurs AS (
    SELECT departement_code, annee, source_file, source_line, document_id, origin,
        80 AS ligne, cpts_nb AS valeur
    FROM cpts_departements
    UNION ALL
    SELECT departement_code, annee, source_file, source_line, document_id, origin,
        81, lettre_intention_nb
    FROM cpts_departements
    UNION ALL
    SELECT departement_code, annee, source_file, source_line, document_id, origin,
        82, projet_sante_nb
    FROM cpts_departements
    UNION ALL
    SELECT departement_code, annee, source_file, source_line, document_id, origin,
        83, aci_signe_nb
    FROM cpts_departements
    UNION ALL
    SELECT departement_code, annee, source_file, source_line, document_id, origin,
        84, dispositif_snp_nb
    FROM cpts_departements
), libelles AS (
    SELECT '44' AS departement_code, 'Loire-Atlantique' AS nom
    UNION ALL SELECT '49', 'Maine-et-Loire'
    UNION ALL SELECT '53', 'Mayenne'
    UNION ALL SELECT '72', 'Sarthe'
    UNION ALL SELECT '85', 'Vendée'
)
SELECT v.departement_code || '/' || CAST(v.annee AS VARCHAR) || '/' || CAST(v.ligne AS VARCHAR)
        AS cle,
    v.source_file, v.source_line, 'ligne ' || CAST(v.ligne AS VARCHAR) AS colonne,
    'le chiffre du registre de ce département et de cette année' AS attendu,
    CAST(v.valeur AS VARCHAR) AS trouve, count(f.figure_id) > 0 AS ok
FROM valeurs v
JOIN libelles l ON l.departement_code = v.departement_code
LEFT JOIN published_figures f
    ON f.document_id = v.document_id AND f.document_line = v.ligne AND f.value = v.valeur
    AND f.period = CAST(v.annee AS VARCHAR) AND f.population LIKE '%' || l.nom || '%'
WHERE v.valeur IS NOT NULL AND v.origin = 'published'
GROUP BY v.departement_code, v.annee, v.ligne, v.source_file, v.source_line, v.valeur
ORDER BY cle
