SELECT p.annee, p.finess
FROM champ_r1 p
JOIN champ_actes a ON a.annee = p.annee AND a.finess = p.finess
ORDER BY p.annee, p.finess
