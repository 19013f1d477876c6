-- Every ratio of a centre, written once. A share has its numerator multiplied by 100. No row when a
-- term is unknown or the denominator is zero: the N of an indicator counts the rows there are.
WITH termes AS (
    -- "médecin généraliste" leaves out doctors with a particular practice (l. 3533)
    SELECT annee, finess, 'file_active_par_etp' AS mesure_code,
        CAST(file_active_mg_nb AS DECIMAL(18, 2)) AS numerateur,
        CAST(mg_etp AS DECIMAL(18, 2)) AS denominateur
    FROM mesures_cds
    UNION ALL
    SELECT annee, finess, 'actes_par_etp',
        CAST(actes_mg_nb AS DECIMAL(18, 2)), CAST(mg_etp AS DECIMAL(18, 2))
    FROM mesures_cds
    UNION ALL
    -- registered patients are set against GPs and doctors with a particular practice (graph 9)
    SELECT annee, finess, 'patients_mt_par_etp',
        CAST(patients_mt_nb AS DECIMAL(18, 2)), CAST(mg_et_mep_etp AS DECIMAL(18, 2))
    FROM mesures_cds
    UNION ALL
    SELECT annee, finess, 'patients_mt_adultes_par_etp',
        CAST(patients_mt_adultes_nb AS DECIMAL(18, 2)), CAST(mg_et_mep_etp AS DECIMAL(18, 2))
    FROM mesures_cds
    UNION ALL
    SELECT annee, finess, 'honoraires_par_patient',
        CAST(honoraires_sans_depassement_eur AS DECIMAL(18, 2)),
        CAST(file_active_mg_nb + file_active_infirmier_nb AS DECIMAL(18, 2))
    FROM mesures_cds
    UNION ALL
    SELECT annee, finess, 'part_c2s_ame',
        CAST(100 * (file_active_mg_c2s_nb + file_active_mg_ame_nb) AS DECIMAL(18, 2)),
        CAST(file_active_mg_nb AS DECIMAL(18, 2))
    FROM mesures_cds
    UNION ALL
    SELECT annee, finess, 'quotite_medecins',
        CAST(100 * medecins_etp AS DECIMAL(18, 2)), CAST(medecins_nb AS DECIMAL(18, 2))
    FROM mesures_cds
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
