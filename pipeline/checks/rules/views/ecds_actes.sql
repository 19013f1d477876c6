-- Clinical GP acts of a centre in a year, one row by kind of act that is filled in.
SELECT annee, finess, source_file, source_line, 'actes_consultation_mg_nb' AS acte,
    actes_consultation_mg_nb AS nombre
FROM ecds_activite WHERE actes_consultation_mg_nb IS NOT NULL
UNION ALL
SELECT annee, finess, source_file, source_line, 'actes_consultation_specialiste_mg_nb',
    actes_consultation_specialiste_mg_nb
FROM ecds_activite WHERE actes_consultation_specialiste_mg_nb IS NOT NULL
UNION ALL
SELECT annee, finess, source_file, source_line, 'actes_consultation_obligatoire_enfant_nb',
    actes_consultation_obligatoire_enfant_nb
FROM ecds_activite WHERE actes_consultation_obligatoire_enfant_nb IS NOT NULL
UNION ALL
SELECT annee, finess, source_file, source_line, 'actes_consultation_prevention_nb',
    actes_consultation_prevention_nb
FROM ecds_activite WHERE actes_consultation_prevention_nb IS NOT NULL
UNION ALL
SELECT annee, finess, source_file, source_line, 'actes_consultation_sante_sexuelle_nb',
    actes_consultation_sante_sexuelle_nb
FROM ecds_activite WHERE actes_consultation_sante_sexuelle_nb IS NOT NULL
UNION ALL
SELECT annee, finess, source_file, source_line, 'actes_consultation_protocole_nb',
    actes_consultation_protocole_nb
FROM ecds_activite WHERE actes_consultation_protocole_nb IS NOT NULL
UNION ALL
SELECT annee, finess, source_file, source_line, 'actes_consultation_complexe_nb',
    actes_consultation_complexe_nb
FROM ecds_activite WHERE actes_consultation_complexe_nb IS NOT NULL
UNION ALL
SELECT annee, finess, source_file, source_line, 'actes_consultation_tres_complexe_enfant_nb',
    actes_consultation_tres_complexe_enfant_nb
FROM ecds_activite WHERE actes_consultation_tres_complexe_enfant_nb IS NOT NULL
UNION ALL
SELECT annee, finess, source_file, source_line, 'actes_teleconsultation_nb',
    actes_teleconsultation_nb
FROM ecds_activite WHERE actes_teleconsultation_nb IS NOT NULL
UNION ALL
SELECT annee, finess, source_file, source_line, 'actes_teleconsultation_toutes_specialites_nb',
    actes_teleconsultation_toutes_specialites_nb
FROM ecds_activite WHERE actes_teleconsultation_toutes_specialites_nb IS NOT NULL
UNION ALL
SELECT annee, finess, source_file, source_line, 'actes_visite_mg_nb', actes_visite_mg_nb
FROM ecds_activite WHERE actes_visite_mg_nb IS NOT NULL
UNION ALL
SELECT annee, finess, source_file, source_line, 'actes_visite_longue_complexe_nb',
    actes_visite_longue_complexe_nb
FROM ecds_activite WHERE actes_visite_longue_complexe_nb IS NOT NULL
UNION ALL
SELECT annee, finess, source_file, source_line, 'actes_visite_specialiste_mg_nb',
    actes_visite_specialiste_mg_nb
FROM ecds_activite WHERE actes_visite_specialiste_mg_nb IS NOT NULL
ORDER BY annee, finess, acte
