-- Fill rate by department and month: slots booked or honoured over all that were offered.
SELECT departement_code, annee, mois, SUM(pourvu_nb) AS pourvus_nb, COUNT(*) AS offerts_nb
FROM creneaux
GROUP BY departement_code, annee, mois
ORDER BY departement_code, annee, mois
