SELECT p.annee, p.finess
FROM cds_pluripro p
JOIN mesures_cds m ON m.annee = p.annee AND m.finess = p.finess
WHERE NOT m.plateforme_teleconsultation
ORDER BY p.annee, p.finess
