SELECT p.annee, p.finess
FROM cds_pluripro p
JOIN mesures_cds m ON m.annee = p.annee AND m.finess = p.finess
WHERE m.accord_national
    AND m.categorie_cnam_code IN
        ('medical', 'polyvalent_avec_auxiliaires', 'polyvalent_sans_auxiliaire')
ORDER BY p.annee, p.finess
