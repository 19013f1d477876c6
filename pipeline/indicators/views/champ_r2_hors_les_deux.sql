SELECT p.annee, p.finess
FROM champ_r2_hors_autres_publics p
JOIN champ_r2_hors_ouverts o ON o.annee = p.annee AND o.finess = p.finess
ORDER BY p.annee, p.finess
