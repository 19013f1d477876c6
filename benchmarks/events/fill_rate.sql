-- Fill rate by department and month: slots booked or honoured over all that were offered.
SELECT
    departement_code,
    annee,
    EXTRACT(MONTH FROM jour_local) AS mois,
    SUM(CASE WHEN statut_code IN ('reserve', 'honore') THEN creneaux_nb ELSE 0 END) AS pourvus_nb,
    SUM(creneaux_nb) AS offerts_nb
FROM (
    SELECT departement_code, annee, jour_local, statut_code, COUNT(*) AS creneaux_nb
    FROM creneaux
    GROUP BY departement_code, annee, jour_local, statut_code
) jours
GROUP BY departement_code, annee, EXTRACT(MONTH FROM jour_local)
ORDER BY departement_code, annee, mois
