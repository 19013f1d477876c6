SELECT p.annee, p.finess
FROM adherents p
JOIN mesures_cds m ON m.annee = p.annee AND m.finess = p.finess
WHERE m.gestionnaire_code <> 'autre_public'
    AND m.file_active_mg_nb > 0
    AND m.mg_etp > 0
ORDER BY p.annee, p.finess
