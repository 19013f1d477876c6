-- Every named population, counted by year, and its place in the multi-professional centres. A
-- population whose members are groupings is no share of the centres: its shares are refused.
WITH populations AS (
    SELECT population_code
    FROM (VALUES
        ('cds_pluripro'), ('hors_livi'), ('hors_livi_hors_collectivites'), ('adherents'),
        ('polyvalents_adherents'), ('unites_rfs'), ('champ_recettes'), ('champ_r1'),
        ('champ_r1_hors_autres_publics'), ('champ_r1_hors_ouverts'), ('champ_r1_hors_les_deux'),
        ('champ_r1_actes'), ('champ_r2'), ('champ_r2_hors_autres_publics'),
        ('champ_r2_hors_ouverts'), ('champ_r2_hors_les_deux'), ('champ_actes'), ('champ_actes_hors_autres_publics'), ('champ_file_active'),
        ('champ_patientele_mt'), ('champ_precarite'), ('champ_precarite_hors_autres_publics'),
        ('champ_honoraires_patient'), ('champ_honoraires_mg_ide'), ('champ_recours')
    ) AS liste(population_code)
),
membres AS (
    SELECT 'cds_pluripro' AS population_code, annee, finess FROM cds_pluripro
    UNION ALL SELECT 'hors_livi', annee, finess FROM hors_livi
    UNION ALL SELECT 'hors_livi_hors_collectivites', annee, finess FROM hors_livi_hors_collectivites
    UNION ALL SELECT 'adherents', annee, finess FROM adherents
    UNION ALL SELECT 'polyvalents_adherents', annee, finess FROM polyvalents_adherents
    UNION ALL SELECT 'unites_rfs', annee, finess FROM unites_rfs
    UNION ALL SELECT 'champ_recettes', annee, finess FROM champ_recettes
    UNION ALL SELECT 'champ_r1', annee, finess FROM champ_r1
    UNION ALL SELECT 'champ_r1_hors_autres_publics', annee, finess FROM champ_r1_hors_autres_publics
    UNION ALL SELECT 'champ_r1_hors_ouverts', annee, finess FROM champ_r1_hors_ouverts
    UNION ALL SELECT 'champ_r1_hors_les_deux', annee, finess FROM champ_r1_hors_les_deux
    UNION ALL SELECT 'champ_r1_actes', annee, finess FROM champ_r1_actes
    UNION ALL SELECT 'champ_r2', annee, finess FROM champ_r2
    UNION ALL SELECT 'champ_r2_hors_autres_publics', annee, finess FROM champ_r2_hors_autres_publics
    UNION ALL SELECT 'champ_r2_hors_ouverts', annee, finess FROM champ_r2_hors_ouverts
    UNION ALL SELECT 'champ_r2_hors_les_deux', annee, finess FROM champ_r2_hors_les_deux
    UNION ALL SELECT 'champ_actes', annee, finess FROM champ_actes
    UNION ALL
    SELECT 'champ_actes_hors_autres_publics', annee, finess FROM champ_actes_hors_autres_publics
    UNION ALL SELECT 'champ_file_active', annee, finess FROM champ_file_active
    UNION ALL SELECT 'champ_patientele_mt', annee, finess FROM champ_patientele_mt
    UNION ALL SELECT 'champ_precarite', annee, finess FROM champ_precarite
    UNION ALL
    SELECT 'champ_precarite_hors_autres_publics', annee, finess
    FROM champ_precarite_hors_autres_publics
    UNION ALL SELECT 'champ_honoraires_patient', annee, finess FROM champ_honoraires_patient
    UNION ALL SELECT 'champ_honoraires_mg_ide', annee, finess FROM champ_honoraires_mg_ide
    UNION ALL SELECT 'champ_recours', annee, finess FROM champ_recours
),
annees AS (
    SELECT DISTINCT annee FROM mesures_cds
),
comptes AS (
    SELECT
        a.annee,
        l.population_code,
        COUNT(m.finess) AS cds_nb,
        COUNT(p.finess) AS pluripro_nb,
        COUNT(h.finess) AS hors_livi_nb
    FROM annees a
    CROSS JOIN populations l
    LEFT JOIN membres m ON m.annee = a.annee AND m.population_code = l.population_code
    LEFT JOIN cds_pluripro p ON p.annee = m.annee AND p.finess = m.finess
    LEFT JOIN hors_livi h ON h.annee = m.annee AND h.finess = m.finess
    GROUP BY a.annee, l.population_code
),
totaux AS (
    SELECT
        annee,
        population_code,
        cds_nb,
        hors_livi_nb,
        cds_nb = pluripro_nb AS comparable,
        MAX(CASE WHEN population_code = 'cds_pluripro' THEN cds_nb END)
            OVER (PARTITION BY annee) AS pluripro_total,
        MAX(CASE WHEN population_code = 'hors_livi' THEN cds_nb END)
            OVER (PARTITION BY annee) AS hors_livi_total
    FROM comptes
)
SELECT
    annee,
    population_code,
    cds_nb,
    CASE WHEN comparable
        THEN 100.0 * CAST(cds_nb AS DOUBLE) / NULLIF(pluripro_total, 0) END AS part_pluripro_pct,
    CASE WHEN comparable
        THEN 100.0 * CAST(hors_livi_nb AS DOUBLE) / NULLIF(hors_livi_total, 0) END
        AS part_hors_livi_pct,
    CASE WHEN comparable AND pluripro_total > 0 THEN 'calcule' ELSE 'refuse' END AS statut_calcul,
    CASE
        WHEN NOT comparable THEN 'unites_regroupees'
        WHEN pluripro_total = 0 THEN 'denominateur_nul'
    END AS motif_refus
FROM totaux
ORDER BY annee, population_code
