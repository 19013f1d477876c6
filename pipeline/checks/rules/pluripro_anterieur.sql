SELECT s.departement_code || '/' || CAST(s.annee AS VARCHAR) AS cle, s.source_file, s.source_line,
    'dispositif_pluripro_nb' AS colonne, 'aucun dispositif pluriprofessionnel commencé' AS attendu,
    CAST(count(d.dispositif_id) AS VARCHAR) || ' commencés au plus tard cette année-là d''après les '
        || 'fiches' AS trouve,
    count(d.dispositif_id) = 0 AS ok
FROM cpts_departements s
LEFT JOIN dispositifs d
    ON d.departement_code = s.departement_code AND d.perimetre_code = 'inventaire_pdl_2025'
    AND d.profession_code IN ('masseur_kinesitherapeute', 'infirmier', 'sage_femme',
        'chirurgien_dentiste', 'radiologue', 'orthophoniste')
    AND d.statut_code IN ('en_cours', 'experimental', 'termine')
    AND d.date_debut <= CAST(CAST(s.annee AS VARCHAR) || '-12-31' AS DATE)
WHERE s.dispositif_pluripro_nb = 0
GROUP BY s.departement_code, s.annee, s.source_file, s.source_line
ORDER BY cle
