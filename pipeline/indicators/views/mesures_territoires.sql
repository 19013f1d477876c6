-- Every measure known of a department, a region or a CPTS: one row each, with a value or a reason. A
-- measure no view speaks of has no row; the joined table says why.
SELECT * FROM mesures_habitants
UNION ALL
SELECT * FROM mesures_centres
UNION ALL
SELECT * FROM mesures_finess
UNION ALL
SELECT * FROM mesures_communautes
UNION ALL
SELECT * FROM mesures_creneaux
UNION ALL
SELECT * FROM mesures_medecins
UNION ALL
SELECT * FROM mesures_apl_cpts
ORDER BY territoire_niveau, territoire_code, mesure_code
