-- One row per centre and year, counted on acts. A reversal cancels its act: what counts is the sum of
-- quantities, and a patient whose acts are all cancelled was not seen. Two steps, centre and patient
-- first: the second never holds more than a count, however many acts there are.
WITH patients AS (
    SELECT
        annee,
        finess,
        patient_id,
        SUM(CASE WHEN profession_acte_code = 'mg' THEN quantite_nb ELSE 0 END) AS mg_nb,
        SUM(CASE WHEN profession_acte_code = 'infirmier' THEN quantite_nb ELSE 0 END)
            AS infirmier_nb,
        SUM(CASE WHEN profession_acte_code = 'mg'
            AND COALESCE(nature_acte_code, 'inconnue') NOT IN ('acte_technique', 'autre')
            THEN quantite_nb ELSE 0 END) AS cliniques_nb,
        SUM(CASE WHEN profession_acte_code = 'mg' THEN montant_eur END) AS honoraires_eur,
        SUM(CASE WHEN profession_acte_code = 'mg' AND montant_eur IS NULL THEN 1 ELSE 0 END)
            AS sans_montant_nb,
        MAX(CASE WHEN c2s THEN 1 WHEN NOT c2s THEN 0 END) AS c2s,
        MAX(CASE WHEN ame THEN 1 WHEN NOT ame THEN 0 END) AS ame
    FROM actes
    GROUP BY annee, finess, patient_id
)
SELECT
    annee,
    finess,
    COUNT(*) FILTER (WHERE mg_nb > 0) AS file_active_mg_nb,
    COUNT(*) FILTER (WHERE mg_nb > 0 AND c2s = 1) AS file_active_mg_c2s_nb,
    COUNT(*) FILTER (WHERE mg_nb > 0 AND ame = 1 AND c2s = 0) AS file_active_mg_ame_nb,
    -- of whom it is not said whether they have either cover
    COUNT(*) FILTER (WHERE mg_nb > 0 AND (c2s IS NULL OR ame IS NULL)) AS couverture_inconnue_nb,
    COUNT(*) FILTER (WHERE infirmier_nb > 0) AS file_active_infirmier_nb,
    COUNT(*) FILTER (WHERE mg_nb <= 0 AND infirmier_nb <= 0) AS annules_nb,
    SUM(cliniques_nb) AS actes_mg_nb,
    SUM(CASE WHEN mg_nb > 0 THEN honoraires_eur END) AS honoraires_mg_eur,
    SUM(sans_montant_nb) AS actes_sans_montant_nb
FROM patients
GROUP BY annee, finess
ORDER BY annee, finess
