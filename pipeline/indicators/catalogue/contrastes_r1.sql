-- Operating result (R1) by class of centre: median and quartiles, gap with the whole field, and the
-- reduced rank gap between the class and the other centres of the contrast (Mann and Whitney). What
-- the report states of 2022 stands beside.
WITH centres AS (
    SELECT
        m.annee,
        100.0 * CAST(m.recettes_exploitation_eur - m.charges_exploitation_eur AS DOUBLE)
            / CAST(m.charges_exploitation_eur AS DOUBLE) AS y,
        m.medicaux_etp,
        m.teulade_eur,
        m.qpv,
        m.quartier_vecu,
        m.ouverture_annee,
        m.part_dentaire_ophtalmo_pct
    FROM champ_r1 p
    JOIN mesures_cds m ON m.annee = p.annee AND m.finess = p.finess
),
classes AS (
    SELECT annee, y, 'ensemble' AS contraste_code, 'ensemble' AS classe_code FROM centres
    UNION ALL
    SELECT annee, y, 'etp_medicaux',
        CASE
            WHEN medicaux_etp < {{r1_etp_medicaux_bas}} THEN 'sous_seuil_bas'
            WHEN medicaux_etp <= {{r1_etp_medicaux_haut}} THEN 'entre_seuils'
            ELSE 'au_dela_seuil_haut'
        END
    FROM centres
    UNION ALL
    SELECT annee, y, 'teulade', CASE WHEN teulade_eur > 0 THEN 'percue' ELSE 'non_percue' END
    FROM centres
    UNION ALL
    SELECT annee, y, 'territoire',
        CASE
            WHEN qpv THEN 'qpv'
            WHEN quartier_vecu THEN 'quartier_vecu'
            WHEN qpv IS NULL OR quartier_vecu IS NULL THEN 'non_renseigne'
            ELSE 'autre_quartier'
        END
    FROM centres
    UNION ALL
    SELECT annee, y, 'ouverture',
        CASE
            WHEN ouverture_annee IS NULL THEN 'non_renseigne'
            WHEN ouverture_annee >= annee THEN 'dans_l_annee'
            WHEN ouverture_annee < {{r1_ouverture_ancienne_annee}} THEN 'ancien'
            WHEN ouverture_annee < {{r1_ouverture_recente_annee}} THEN 'intermediaire'
            ELSE 'recent'
        END
    FROM centres
    UNION ALL
    SELECT annee, y, 'dentaire_ophtalmo',
        CASE
            WHEN part_dentaire_ophtalmo_pct IS NULL THEN 'non_renseigne'
            WHEN part_dentaire_ophtalmo_pct = 0 THEN 'sans_activite'
            WHEN part_dentaire_ophtalmo_pct <= {{r1_part_dentaire_ophtalmo_haut_pct}}
                THEN 'jusqu_au_seuil'
            ELSE 'au_dela_du_seuil'
        END
    FROM centres
),
rangs AS (
    -- equal values share the mean of their ranks; unknown classes take no part in the comparison
    SELECT
        annee,
        contraste_code,
        classe_code,
        RANK() OVER (PARTITION BY annee, contraste_code ORDER BY y)
            + (COUNT(*) OVER (PARTITION BY annee, contraste_code, y) - 1) / 2.0 AS rang,
        COUNT(*) OVER (PARTITION BY annee, contraste_code) AS total_nb
    FROM classes
    WHERE classe_code <> 'non_renseigne'
),
tests AS (
    SELECT
        annee,
        contraste_code,
        classe_code,
        CASE WHEN COUNT(*) < MAX(total_nb) THEN
            (CAST(SUM(rang) AS DOUBLE) - COUNT(*) * (MAX(total_nb) + 1.0) / 2.0)
                / SQRT(CAST(COUNT(*) AS DOUBLE) * (MAX(total_nb) - COUNT(*))
                    * (MAX(total_nb) + 1.0) / 12.0)
        END AS ecart_rangs
    FROM rangs
    GROUP BY annee, contraste_code, classe_code
),
distributions AS (
    SELECT
        annee,
        contraste_code,
        classe_code,
        COUNT(*) AS cds_nb,
        percentile_cont(0.25) WITHIN GROUP (ORDER BY y) AS quartile_1_pct,
        percentile_cont(0.5) WITHIN GROUP (ORDER BY y) AS mediane_pct,
        percentile_cont(0.75) WITHIN GROUP (ORDER BY y) AS quartile_3_pct,
        100.0 * CAST(COUNT(*) FILTER (WHERE y >= 0) AS DOUBLE) / COUNT(*) AS part_positive_pct
    FROM classes
    GROUP BY annee, contraste_code, classe_code
),
enonces AS (
    SELECT contraste_code, classe_code, enonce_code, ligne_rapport
    FROM (VALUES
        ('teulade', 'percue', 'moins_degrade', 3351),
        ('dentaire_ophtalmo', 'au_dela_du_seuil', 'moins_degrade', 3367),
        ('dentaire_ophtalmo', 'jusqu_au_seuil', 'pas_meilleur', 3363),
        ('etp_medicaux', 'sous_seuil_bas', 'plus_degrade', 3373),
        ('etp_medicaux', 'entre_seuils', 'plus_degrade', 3373),
        ('territoire', 'qpv', 'sans_difference', 3387),
        ('territoire', 'quartier_vecu', 'plus_degrade', 3389),
        ('ouverture', 'dans_l_annee', 'plus_degrade', 3399),
        ('ouverture', 'ancien', 'plus_degrade', 3405),
        ('ouverture', 'intermediaire', 'plus_degrade', 3405)
    ) AS v (contraste_code, classe_code, enonce_code, ligne_rapport)
)
SELECT
    d.annee,
    d.contraste_code,
    d.classe_code,
    d.cds_nb,
    d.quartile_1_pct,
    d.mediane_pct,
    d.quartile_3_pct,
    d.part_positive_pct,
    d.mediane_pct - t.mediane_pct AS ecart_mediane_points,
    CAST(r.ecart_rangs AS DECIMAL(10, 4)) AS ecart_rangs,
    COALESCE(e.enonce_code, 'non_enonce') AS enonce_code,
    e.ligne_rapport,
    CASE
        WHEN e.enonce_code IS NULL THEN 'sans_objet'
        WHEN r.ecart_rangs IS NULL THEN 'non_concluant'
        WHEN e.enonce_code = 'sans_difference' THEN
            CASE WHEN ABS(r.ecart_rangs) < {{quantile_normal_97_5}} THEN 'accord'
                ELSE 'desaccord' END
        WHEN e.enonce_code = 'pas_meilleur' THEN
            CASE WHEN r.ecart_rangs < {{quantile_normal_97_5}} THEN 'accord'
                ELSE 'desaccord' END
        WHEN ABS(r.ecart_rangs) < {{quantile_normal_97_5}} THEN 'non_concluant'
        WHEN e.enonce_code = 'plus_degrade' AND r.ecart_rangs < 0 THEN 'accord'
        WHEN e.enonce_code = 'moins_degrade' AND r.ecart_rangs > 0 THEN 'accord'
        ELSE 'desaccord'
    END AS accord_code
FROM distributions d
JOIN distributions t ON t.annee = d.annee AND t.contraste_code = 'ensemble'
LEFT JOIN tests r
    ON r.annee = d.annee
    AND r.contraste_code = d.contraste_code
    AND r.classe_code = d.classe_code
LEFT JOIN enonces e
    ON e.contraste_code = d.contraste_code
    AND e.classe_code = d.classe_code
    AND d.annee = {{constats_r1_annee}}
ORDER BY d.annee, d.contraste_code, d.classe_code
