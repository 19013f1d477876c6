-- Every ratio of a centre counted on its acts, written once. Same terms as `ratios_cds`, which reads
-- what the centre declares. No row when a term is unknown or the denominator is zero.
WITH termes AS (
    SELECT a.annee, a.finess, 'file_active_par_etp' AS mesure_code,
        CAST(a.file_active_mg_nb AS DECIMAL(18, 2)) AS numerateur,
        CAST(m.mg_etp AS DECIMAL(18, 2)) AS denominateur
    FROM actes_centres a
    JOIN mesures_cds m ON m.annee = a.annee AND m.finess = a.finess
    UNION ALL
    SELECT a.annee, a.finess, 'actes_par_etp',
        CAST(a.actes_mg_nb AS DECIMAL(18, 2)), CAST(m.mg_etp AS DECIMAL(18, 2))
    FROM actes_centres a
    JOIN mesures_cds m ON m.annee = a.annee AND m.finess = a.finess
    UNION ALL
    -- with a patient whose cover is not said, the share is not known
    SELECT annee, finess, 'part_c2s_ame',
        CASE WHEN couverture_inconnue_nb = 0 THEN
            CAST(100 * (file_active_mg_c2s_nb + file_active_mg_ame_nb) AS DECIMAL(18, 2)) END,
        CAST(file_active_mg_nb AS DECIMAL(18, 2))
    FROM actes_centres
    UNION ALL
    -- nor are the fees with an act whose amount is not said
    SELECT annee, finess, 'honoraires_par_patient',
        CASE WHEN actes_sans_montant_nb = 0 THEN CAST(honoraires_mg_eur AS DECIMAL(18, 2)) END,
        CAST(file_active_mg_nb AS DECIMAL(18, 2))
    FROM actes_centres
    UNION ALL
    SELECT annee, finess, 'degre_cooperation',
        CASE WHEN patients_sans_medecin_nb = 0 THEN
            CAST(100 * (listes_nb - patients_nb) AS DECIMAL(18, 2)) END,
        CAST(patients_nb AS DECIMAL(18, 2))
    FROM listes_centres
)
SELECT
    annee,
    finess,
    mesure_code,
    numerateur,
    denominateur,
    CAST(numerateur AS DOUBLE) / CAST(denominateur AS DOUBLE) AS valeur
FROM termes
WHERE numerateur IS NOT NULL AND denominateur > 0
ORDER BY annee, finess, mesure_code
