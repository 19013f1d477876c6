SELECT p.annee, p.finess
FROM adherents p
JOIN hors_livi h ON h.annee = p.annee AND h.finess = p.finess
JOIN mesures_cds m ON m.annee = p.annee AND m.finess = p.finess
WHERE m.groupement_id IS NULL
    AND m.actes_mg_nb IS NOT NULL
    AND m.mg_etp > 0
ORDER BY p.annee, p.finess
