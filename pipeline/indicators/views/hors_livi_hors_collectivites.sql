SELECT p.annee, p.finess
FROM hors_livi p
JOIN mesures_cds m ON m.annee = p.annee AND m.finess = p.finess
WHERE m.gestionnaire_code <> 'collectivite_territoriale'
ORDER BY p.annee, p.finess
