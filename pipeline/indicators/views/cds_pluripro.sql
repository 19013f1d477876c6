SELECT annee, finess
FROM mesures_cds
WHERE valide_centre
    AND mg_et_mep_nb >= 1
    AND auxiliaires_nb >= 1
ORDER BY annee, finess
