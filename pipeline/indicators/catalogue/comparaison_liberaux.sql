-- Centres against self-employed GPs: the same statistic of each, and the gap on both bases. The
-- values of self-employed GPs are parameters, known for one year; other years are refused.
WITH liberaux AS (
    SELECT mesure_code, population_code, statistique_code, valeur_liberaux
    FROM (VALUES
        ('file_active_par_etp', 'champ_file_active', 'quartile_1',
            {{liberaux_file_active_quartile_1}}),
        ('file_active_par_etp', 'champ_file_active', 'mediane', {{liberaux_file_active_mediane}}),
        ('file_active_par_etp', 'champ_file_active', 'quartile_3',
            {{liberaux_file_active_quartile_3}}),
        ('file_active_par_etp', 'champ_file_active', 'moyenne', {{liberaux_file_active_moyenne}}),
        ('patients_mt_par_etp', 'champ_patientele_mt', 'quartile_1',
            {{liberaux_patients_mt_quartile_1}}),
        ('patients_mt_par_etp', 'champ_patientele_mt', 'mediane', {{liberaux_patients_mt_mediane}}),
        ('patients_mt_par_etp', 'champ_patientele_mt', 'quartile_3',
            {{liberaux_patients_mt_quartile_3}}),
        ('patients_mt_par_etp', 'champ_patientele_mt', 'moyenne', {{liberaux_patients_mt_moyenne}}),
        ('patients_mt_adultes_par_etp', 'champ_patientele_mt', 'moyenne',
            {{liberaux_patients_mt_adultes_moyenne}}),
        ('actes_par_etp', 'champ_actes_hors_autres_publics', 'quartile_1',
            {{liberaux_actes_quartile_1}}),
        ('actes_par_etp', 'champ_actes_hors_autres_publics', 'mediane',
            {{liberaux_actes_mediane}}),
        ('actes_par_etp', 'champ_actes_hors_autres_publics', 'quartile_3',
            {{liberaux_actes_quartile_3}}),
        ('actes_par_etp', 'champ_actes_hors_autres_publics', 'decile_9',
            {{liberaux_actes_decile_9}})
    ) AS liste(mesure_code, population_code, statistique_code, valeur_liberaux)
),
champs AS (
    SELECT 'champ_file_active' AS population_code, annee, finess FROM champ_file_active
    UNION ALL
    SELECT 'champ_patientele_mt', annee, finess FROM champ_patientele_mt
    UNION ALL
    SELECT 'champ_actes_hors_autres_publics', annee, finess FROM champ_actes_hors_autres_publics
),
statistiques AS (
    SELECT
        p.annee,
        p.population_code,
        r.mesure_code,
        COUNT(*) AS cds_nb,
        CAST(SUM(r.numerateur) AS DOUBLE) / CAST(SUM(r.denominateur) AS DOUBLE) AS moyenne,
        percentile_cont(0.25) WITHIN GROUP (ORDER BY r.valeur) AS quartile_1,
        percentile_cont(0.5) WITHIN GROUP (ORDER BY r.valeur) AS mediane,
        percentile_cont(0.75) WITHIN GROUP (ORDER BY r.valeur) AS quartile_3,
        percentile_cont(0.9) WITHIN GROUP (ORDER BY r.valeur) AS decile_9
    FROM champs p
    JOIN ratios_cds r ON r.annee = p.annee AND r.finess = p.finess
    GROUP BY p.annee, p.population_code, r.mesure_code
),
lignes AS (
    SELECT
        s.annee,
        l.mesure_code,
        l.statistique_code,
        l.population_code,
        s.cds_nb,
        CASE l.statistique_code
            WHEN 'moyenne' THEN s.moyenne
            WHEN 'quartile_1' THEN s.quartile_1
            WHEN 'mediane' THEN s.mediane
            WHEN 'quartile_3' THEN s.quartile_3
            WHEN 'decile_9' THEN s.decile_9
        END AS valeur_cds,
        CASE WHEN s.annee = {{comparateurs_annee}} THEN CAST(l.valeur_liberaux AS DOUBLE) END
            AS valeur_liberaux
    FROM liberaux l
    JOIN statistiques s
        ON s.population_code = l.population_code AND s.mesure_code = l.mesure_code
)
SELECT
    annee,
    mesure_code,
    statistique_code,
    population_code,
    cds_nb,
    valeur_cds,
    valeur_liberaux,
    100.0 * (valeur_liberaux / NULLIF(valeur_cds, 0) - 1) AS ecart_base_cds_pct,
    100.0 * (1 - valeur_cds / NULLIF(valeur_liberaux, 0)) AS ecart_base_liberaux_pct,
    CASE WHEN valeur_liberaux > 0 AND valeur_cds > 0 THEN 'calcule' ELSE 'refuse' END
        AS statut_calcul,
    CASE
        WHEN valeur_liberaux IS NULL THEN 'comparateur_absent'
        WHEN valeur_liberaux = 0 OR valeur_cds <= 0 THEN 'denominateur_nul'
    END AS motif_refus
FROM lignes
ORDER BY annee, mesure_code, statistique_code
