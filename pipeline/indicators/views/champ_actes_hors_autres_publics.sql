SELECT p.annee, p.finess
FROM champ_actes p
JOIN mesures_cds m ON m.annee = p.annee AND m.finess = p.finess
WHERE m.gestionnaire_code <> 'autre_public'
ORDER BY p.annee, p.finess
