SELECT p.annee, p.finess
FROM cds_pluripro p
JOIN mesures_cds m ON m.annee = p.annee AND m.finess = p.finess
WHERE m.file_active_mg_nb > 0
    AND m.file_active_mg_c2s_nb IS NOT NULL
ORDER BY p.annee, p.finess
