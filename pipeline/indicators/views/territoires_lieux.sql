-- The department and the region each department counts for, so that a measure is computed at both
-- levels from the same units; overseas collectivities count for none.
SELECT
    departement_code,
    'departement' AS territoire_niveau,
    departement_code AS territoire_code,
    departement_nom AS territoire_nom,
    1 AS departements_nb
FROM departements
WHERE zone_code <> 'com'
UNION ALL
SELECT
    d.departement_code,
    'region',
    d.region_code,
    r.region_nom,
    COUNT(*) OVER (PARTITION BY d.region_code)
FROM departements d
JOIN regions r ON r.region_code = d.region_code
WHERE d.zone_code <> 'com'
ORDER BY departement_code, territoire_niveau
