-- File active by centre and year: distinct patients with a GP act left once reversals are deducted.
SELECT departement_code, annee, finess, COUNT(*) AS patients_nb
FROM (
    SELECT departement_code, annee, finess, patient_id
    FROM actes
    WHERE profession_acte_code = 'mg'
    GROUP BY departement_code, annee, finess, patient_id
    HAVING SUM(quantite_nb) > 0
) vus
GROUP BY departement_code, annee, finess
ORDER BY departement_code, annee, finess
