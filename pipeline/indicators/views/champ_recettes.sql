SELECT p.annee, p.finess
FROM adherents p
JOIN hors_livi h ON h.annee = p.annee AND h.finess = p.finess
JOIN mesures_cds m ON m.annee = p.annee AND m.finess = p.finess
WHERE m.honoraires_totaux_eur > 0
ORDER BY p.annee, p.finess
