-- One row per centre, year and breakdown. A centre whose answer on a service or a district is
-- empty has no row there: only centres known to be concerned are listed.
WITH centres AS (
    SELECT c.*
    FROM cds_pluripro p
    JOIN ecds_centres c ON c.annee = p.annee AND c.finess = p.finess
)
SELECT annee, finess, 'ensemble' AS dimension_code, 'ensemble' AS modalite_code
FROM centres
UNION ALL
SELECT annee, finess, 'gestionnaire', gestionnaire_code FROM centres
UNION ALL
SELECT annee, finess, 'gestionnaire_detail', COALESCE(gestionnaire_detail_code, 'detail_inconnu')
FROM centres
UNION ALL
SELECT annee, finess, 'categorie_cnam', categorie_cnam_code FROM centres
UNION ALL
SELECT annee, finess, 'region', concat('region_', COALESCE(region_code, 'inconnue')) FROM centres
UNION ALL
SELECT annee, finess, 'departement', concat('departement_', COALESCE(departement_code, 'inconnu'))
FROM centres
UNION ALL
SELECT annee, finess, 'adhesion', CASE WHEN accord_national THEN 'adherent' ELSE 'non_adherent' END
FROM centres
UNION ALL
SELECT annee, finess, 'service', 'soins_dentaires' FROM centres WHERE soins_dentaires
UNION ALL
SELECT annee, finess, 'service', 'soins_ophtalmologiques' FROM centres WHERE soins_ophtalmologiques
UNION ALL
SELECT annee, finess, 'service', 'dentaire_ou_ophtalmologie'
FROM centres
WHERE soins_dentaires OR soins_ophtalmologiques
UNION ALL
SELECT annee, finess, 'territoire', 'qpv' FROM centres WHERE qpv
UNION ALL
SELECT annee, finess, 'territoire', 'quartier_vecu' FROM centres WHERE quartier_vecu
ORDER BY annee, finess, dimension_code, modalite_code
