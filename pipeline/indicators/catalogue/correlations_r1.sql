-- Correlations, across centres, of the operating result (R1) with nine factors: Pearson, and Spearman
-- on mean ranks. 95 % interval by Fisher's z, with standard error 1 / sqrt(n - 3), times
-- sqrt(1 + r * r / 2) for ranks (Bonett and Wright). What the report states of 2022 stands beside.
WITH centres AS (
    SELECT
        m.annee,
        100.0 * CAST(m.recettes_exploitation_eur - m.charges_exploitation_eur AS DOUBLE)
            / CAST(m.charges_exploitation_eur AS DOUBLE) AS y,
        CAST(m.actes_mg_nb AS DOUBLE) / NULLIF(CAST(m.mg_etp AS DOUBLE), 0.0)
            AS actes_mg_par_etp,
        CAST(m.part_dentaire_ophtalmo_pct AS DOUBLE) AS part_dentaire_ophtalmo,
        CAST(m.medicaux_etp AS DOUBLE) AS etp_medicaux,
        CAST(m.charges_personnel_eur AS DOUBLE) / NULLIF(CAST(m.medicaux_etp AS DOUBLE), 0.0)
            AS charges_personnel_par_etp_medical,
        CAST(m.medico_administratifs_etp AS DOUBLE)
            / NULLIF(CAST(m.medicaux_etp AS DOUBLE), 0.0) AS administratifs_par_etp_medical,
        100.0 * CAST(m.medicaux_etp AS DOUBLE) / NULLIF(CAST(m.medicaux_nb AS DOUBLE), 0.0)
            AS quotite_medicale,
        CAST(m.heures_ouverture_hebdo_nb AS DOUBLE) AS heures_ouverture,
        100.0 * CAST(m.file_active_mg_c2s_nb + COALESCE(m.file_active_mg_ame_nb, 0) AS DOUBLE)
            / NULLIF(CAST(m.file_active_mg_nb AS DOUBLE), 0.0) AS part_c2s_ame
    FROM champ_r1 p
    JOIN mesures_cds m ON m.annee = p.annee AND m.finess = p.finess
),
facteurs AS (
    SELECT annee, 'actes_mg_par_etp' AS facteur_code, y, actes_mg_par_etp AS x FROM centres
    UNION ALL
    SELECT annee, 'part_dentaire_ophtalmo', y, part_dentaire_ophtalmo FROM centres
    UNION ALL
    SELECT annee, 'etp_medicaux', y, etp_medicaux FROM centres
    UNION ALL
    SELECT annee, 'etp_medicaux_au_dela', y, etp_medicaux FROM centres
    WHERE etp_medicaux > {{r1_etp_medicaux_haut}}
    UNION ALL
    SELECT annee, 'charges_personnel_par_etp_medical', y, charges_personnel_par_etp_medical
    FROM centres
    UNION ALL
    SELECT annee, 'administratifs_par_etp_medical', y, administratifs_par_etp_medical FROM centres
    UNION ALL
    SELECT annee, 'quotite_medicale', y, quotite_medicale FROM centres
    UNION ALL
    SELECT annee, 'heures_ouverture', y, heures_ouverture FROM centres
    UNION ALL
    SELECT annee, 'part_c2s_ame', y, part_c2s_ame FROM centres
),
rangs AS (
    -- equal values share the mean of their ranks
    SELECT
        annee,
        facteur_code,
        x,
        y,
        RANK() OVER (PARTITION BY annee, facteur_code ORDER BY x)
            + (COUNT(*) OVER (PARTITION BY annee, facteur_code, x) - 1) / 2.0 AS rang_x,
        RANK() OVER (PARTITION BY annee, facteur_code ORDER BY y)
            + (COUNT(*) OVER (PARTITION BY annee, facteur_code, y) - 1) / 2.0 AS rang_y
    FROM facteurs
    WHERE x IS NOT NULL
),
coefficients AS (
    -- the last digits of a correlation depend on the order in which floats are added: ten are kept
    SELECT
        annee,
        facteur_code,
        'pearson' AS methode_code,
        COUNT(*) AS cds_nb,
        CASE WHEN MIN(x) < MAX(x) AND MIN(y) < MAX(y) THEN ROUND(CORR(y, x), 10) END AS r,
        1.0 AS etalement
    FROM rangs
    GROUP BY annee, facteur_code
    UNION ALL
    SELECT
        annee,
        facteur_code,
        'spearman',
        COUNT(*),
        CASE WHEN MIN(x) < MAX(x) AND MIN(y) < MAX(y)
            THEN ROUND(CORR(CAST(rang_y AS DOUBLE), CAST(rang_x AS DOUBLE)), 10) END,
        CASE WHEN MIN(x) < MAX(x) AND MIN(y) < MAX(y) THEN 1.0 + POWER(
            ROUND(CORR(CAST(rang_y AS DOUBLE), CAST(rang_x AS DOUBLE)), 10), 2) / 2.0 END
    FROM rangs
    GROUP BY annee, facteur_code
),
transformes AS (
    SELECT
        annee,
        facteur_code,
        methode_code,
        cds_nb,
        r,
        CASE WHEN cds_nb > 3 AND ABS(r) < 1.0 THEN 0.5 * LN((1.0 + r) / (1.0 - r)) END AS z,
        CASE WHEN cds_nb > 3 THEN
            {{quantile_normal_97_5}} * SQRT(etalement / (cds_nb - 3.0))
        END AS demi
    FROM coefficients
),
intervalles AS (
    SELECT
        annee,
        facteur_code,
        methode_code,
        cds_nb,
        CASE WHEN z IS NOT NULL THEN r END AS r,
        (EXP(2.0 * (z - demi)) - 1.0) / (EXP(2.0 * (z - demi)) + 1.0) AS bas,
        (EXP(2.0 * (z + demi)) - 1.0) / (EXP(2.0 * (z + demi)) + 1.0) AS haut,
        CASE
            WHEN z IS NOT NULL THEN NULL
            WHEN cds_nb <= 3 THEN 'effectif_insuffisant'
            ELSE 'sans_variation'
        END AS motif_refus
    FROM transformes
),
enonces AS (
    SELECT facteur_code, enonce_code, ligne_rapport
    FROM (VALUES
        ('actes_mg_par_etp', 'positive_modeste', 3434),
        ('part_dentaire_ophtalmo', 'positive_modeste', 3359),
        ('etp_medicaux_au_dela', 'pas_claire', 3377),
        ('charges_personnel_par_etp_medical', 'negative_modeste', 3409),
        ('administratifs_par_etp_medical', 'pas_negative_sensible', 3416),
        ('quotite_medicale', 'positive_limitee', 3422),
        ('heures_ouverture', 'positive_limitee', 3430),
        ('part_c2s_ame', 'pas_negative_sensible', 3393)
    ) AS v (facteur_code, enonce_code, ligne_rapport)
)
SELECT
    i.annee,
    i.facteur_code,
    i.methode_code,
    i.cds_nb,
    CAST(i.r AS DECIMAL(9, 8)) AS coefficient,
    CAST(i.bas AS DECIMAL(9, 8)) AS ic_bas,
    CAST(i.haut AS DECIMAL(9, 8)) AS ic_haut,
    COALESCE(e.enonce_code, 'non_enonce') AS enonce_code,
    e.ligne_rapport,
    CASE
        WHEN e.enonce_code IS NULL THEN 'sans_objet'
        WHEN i.r IS NULL THEN 'non_concluant'
        WHEN e.enonce_code IN ('positive_modeste', 'positive_limitee') THEN
            CASE WHEN i.bas > 0 THEN 'accord' WHEN i.haut < 0 THEN 'desaccord'
                ELSE 'non_concluant' END
        WHEN e.enonce_code = 'negative_modeste' THEN
            CASE WHEN i.haut < 0 THEN 'accord' WHEN i.bas > 0 THEN 'desaccord'
                ELSE 'non_concluant' END
        -- the report denies a sizeable correlation: ours must be certain and sizeable to disagree
        WHEN i.haut < 0 AND i.r <= -{{correlation_sensible_min}} THEN 'desaccord'
        WHEN e.enonce_code = 'pas_claire' AND i.bas > 0 AND i.r >= {{correlation_sensible_min}}
            THEN 'desaccord'
        ELSE 'accord'
    END AS accord_code,
    CASE WHEN i.motif_refus IS NULL THEN 'calcule' ELSE 'refuse' END AS statut_calcul,
    i.motif_refus
FROM intervalles i
LEFT JOIN enonces e ON e.facteur_code = i.facteur_code AND i.annee = {{constats_r1_annee}}
ORDER BY i.annee, i.facteur_code, i.methode_code
