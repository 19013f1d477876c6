SELECT dispositif_id || '/' || jour_code || '/' || heure_debut || '/' || objet_code AS cle,
    source_file, source_line, 'heure_fin' AS colonne, 'après ' || heure_debut AS attendu,
    heure_fin AS trouve, heure_fin > heure_debut AS ok
FROM dispositif_horaires
ORDER BY cle
