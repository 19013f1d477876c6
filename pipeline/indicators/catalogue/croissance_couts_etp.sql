-- Staff costs against FTE (local authorities and LIVI left out), fees against FTE (LIVI left out):
-- level and growth of each series and of their ratio, on the whole field, as the report does.
WITH termes AS (
    SELECT
        m.annee,
        COUNT(*) AS cds_nb,
        COUNT(c.finess) AS cds_hors_collectivites_nb,
        CAST(SUM(CASE WHEN c.finess IS NOT NULL THEN m.charges_personnel_eur END) AS DOUBLE)
            AS charges_personnel,
        CAST(SUM(CASE WHEN c.finess IS NOT NULL THEN m.personnel_etp END) AS DOUBLE)
            AS etp_hors_collectivites,
        CAST(SUM(m.honoraires_totaux_eur) AS DOUBLE) AS honoraires,
        CAST(SUM(m.personnel_etp) AS DOUBLE) AS etp
    FROM hors_livi p
    JOIN mesures_cds m ON m.annee = p.annee AND m.finess = p.finess
    LEFT JOIN hors_livi_hors_collectivites c ON c.annee = p.annee AND c.finess = p.finess
    GROUP BY m.annee
),
niveaux AS (
    SELECT annee, 'charges_personnel' AS ligne_code, charges_personnel / 1000000.0 AS valeur,
        cds_hors_collectivites_nb AS cds_nb
    FROM termes
    UNION ALL
    SELECT annee, 'etp_hors_collectivites', etp_hors_collectivites, cds_hors_collectivites_nb
    FROM termes
    UNION ALL
    SELECT annee, 'cout_par_etp', charges_personnel / NULLIF(etp_hors_collectivites, 0.0),
        cds_hors_collectivites_nb
    FROM termes
    UNION ALL
    SELECT annee, 'honoraires', honoraires / 1000000.0, cds_nb
    FROM termes
    UNION ALL
    SELECT annee, 'etp', etp, cds_nb
    FROM termes
    UNION ALL
    SELECT annee, 'honoraires_par_etp', honoraires / NULLIF(etp, 0.0), cds_nb
    FROM termes
),
-- include: croissance
SELECT
    annee,
    ligne_code AS serie_code,
    periode_code,
    annee_base,
    cds_nb,
    cds_base_nb,
    valeur,
    croissance_pct,
    -- the yearly rate that gives the total growth once compounded
    CASE WHEN recul_ans > 0 THEN
        100.0 * (POWER(1.0 + croissance_pct / 100.0, 1.0 / CAST(recul_ans AS DOUBLE)) - 1.0)
    END AS croissance_annuelle_moyenne_pct,
    CASE WHEN motif_refus IS NULL THEN 'calcule' ELSE 'refuse' END AS statut_calcul,
    motif_refus
FROM croissances
ORDER BY annee, serie_code, periode_code
