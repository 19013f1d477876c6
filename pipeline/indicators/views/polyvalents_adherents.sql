SELECT p.annee, p.finess
FROM adherents p
JOIN mesures_cds m ON m.annee = p.annee AND m.finess = p.finess
WHERE m.categorie_cnam_code IN ('polyvalent_avec_auxiliaires', 'polyvalent_sans_auxiliaire')
ORDER BY p.annee, p.finess
