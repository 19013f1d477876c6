-- Fill rate by department and month: slots booked or honoured over all that were offered. Grouped on
-- the key of the month, one text such as "44 2025-03"; its parts are told apart once it is counted.
SELECT
    SUBSTRING(departement_mois, 1, POSITION(' ' IN departement_mois) - 1) AS departement_code,
    CAST(SUBSTRING(departement_mois, POSITION(' ' IN departement_mois) + 1, 4) AS INTEGER) AS annee,
    CAST(SUBSTRING(departement_mois, POSITION(' ' IN departement_mois) + 6, 2) AS INTEGER) AS mois,
    pourvus_nb,
    offerts_nb
FROM (
    SELECT departement_mois, SUM(pourvu_nb) AS pourvus_nb, COUNT(*) AS offerts_nb
    FROM creneaux
    GROUP BY departement_mois
) comptes
ORDER BY departement_code, annee, mois
