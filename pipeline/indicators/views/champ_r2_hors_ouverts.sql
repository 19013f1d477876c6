SELECT p.annee, p.finess
FROM champ_r2 p
JOIN mesures_cds m ON m.annee = p.annee AND m.finess = p.finess
WHERE m.ouverture_annee IS NULL OR m.ouverture_annee < p.annee
ORDER BY p.annee, p.finess
