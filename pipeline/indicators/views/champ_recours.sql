SELECT p.annee, p.finess
FROM adherents p
JOIN mesures_cds m ON m.annee = p.annee AND m.finess = p.finess
WHERE m.retenu_fiabilisation
    AND m.honoraires_totaux_eur > 0
ORDER BY p.annee, p.finess
