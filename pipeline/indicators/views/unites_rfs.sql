-- A grouping counts as one unit: it is paid as one.
SELECT p.annee, COALESCE(m.groupement_id, p.finess) AS finess
FROM adherents p
JOIN mesures_cds m ON m.annee = p.annee AND m.finess = p.finess
GROUP BY p.annee, COALESCE(m.groupement_id, p.finess)
ORDER BY p.annee, COALESCE(m.groupement_id, p.finess)
