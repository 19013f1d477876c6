-- File active by centre and year: distinct patients with a GP act left once reversals are deducted.
SELECT annee, finess, COUNT(*) AS patients_nb
FROM (
    SELECT annee, finess, patient_id
    FROM actes
    WHERE profession_acte_code = 'mg'
    GROUP BY annee, finess, patient_id
    HAVING SUM(quantite_nb) > 0
) vus
GROUP BY annee, finess
ORDER BY annee, finess
