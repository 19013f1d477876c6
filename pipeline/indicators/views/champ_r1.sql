SELECT p.annee, p.finess
FROM champ_recettes p
JOIN mesures_cds m ON m.annee = p.annee AND m.finess = p.finess
WHERE m.groupement_id IS NULL
    AND m.charges_personnel_eur > 0
    AND m.autres_charges_eur > 0
ORDER BY p.annee, p.finess
