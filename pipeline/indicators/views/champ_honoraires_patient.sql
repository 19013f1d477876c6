SELECT p.annee, p.finess
FROM cds_pluripro p
JOIN mesures_cds m ON m.annee = p.annee AND m.finess = p.finess
WHERE m.mg_nb >= 1
    AND m.infirmiers_nb >= 1
    AND NOT m.atypique
    AND NOT m.plateforme_teleconsultation
    AND m.honoraires_sans_depassement_eur > 0
    AND m.file_active_mg_nb > 0
    AND m.file_active_infirmier_nb > 0
ORDER BY p.annee, p.finess
