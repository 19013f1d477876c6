-- Individual lists of the GPs of a centre: how many patients each doctor saw, added up, and how many
-- different people that is. Acts whose doctor is not said leave a centre out.
WITH vus AS (
    SELECT
        annee,
        finess,
        patient_id,
        effecteur_id,
        SUM(quantite_nb) AS actes_nb
    FROM actes
    WHERE profession_acte_code = 'mg'
    GROUP BY annee, finess, patient_id, effecteur_id
),
patients AS (
    SELECT
        annee,
        finess,
        patient_id,
        COUNT(*) AS medecins_nb,
        MAX(CASE WHEN effecteur_id IS NULL THEN 1 ELSE 0 END) AS sans_medecin
    FROM vus
    WHERE actes_nb > 0
    GROUP BY annee, finess, patient_id
),
medecins AS (
    SELECT annee, finess, COUNT(*) AS medecins_nb
    FROM (
        SELECT annee, finess, effecteur_id FROM vus
        WHERE actes_nb > 0 AND effecteur_id IS NOT NULL
        GROUP BY annee, finess, effecteur_id
    ) un_par_medecin
    GROUP BY annee, finess
)
SELECT
    p.annee,
    p.finess,
    MAX(COALESCE(m.medecins_nb, 0)) AS medecins_nb,
    SUM(p.medecins_nb) AS listes_nb,
    COUNT(*) AS patients_nb,
    SUM(p.sans_medecin) AS patients_sans_medecin_nb
FROM patients p
LEFT JOIN medecins m ON m.annee = p.annee AND m.finess = p.finess
GROUP BY p.annee, p.finess
ORDER BY p.annee, p.finess
