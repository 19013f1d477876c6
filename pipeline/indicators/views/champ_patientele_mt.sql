SELECT p.annee, p.finess
FROM adherents p
JOIN mesures_cds m ON m.annee = p.annee AND m.finess = p.finess
WHERE m.patients_mt_adultes_nb > 0
    AND m.mg_et_mep_etp > 0
ORDER BY p.annee, p.finess
