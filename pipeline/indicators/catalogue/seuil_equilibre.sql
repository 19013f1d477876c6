-- Break-even acts per GP FTE, all else equal: the acts at which operating revenue would cover
-- operating costs, each act more or less being worth one fee and costing nothing. Observatory model.
WITH centres AS (
    SELECT
        m.annee,
        m.gestionnaire_code,
        m.actes_mg_nb,
        m.mg_etp,
        m.charges_exploitation_eur - m.recettes_exploitation_eur AS manque_eur,
        CAST(m.actes_mg_nb AS DOUBLE) / CAST(m.mg_etp AS DOUBLE) AS actes_par_etp,
        (CAST(m.actes_mg_nb AS DOUBLE)
            + CAST(m.charges_exploitation_eur - m.recettes_exploitation_eur AS DOUBLE)
                / NULLIF(1.0 * {{honoraires_par_acte_mg_eur}}, 0.0))
            / CAST(m.mg_etp AS DOUBLE) AS seuil
    FROM champ_r1_actes p
    JOIN mesures_cds m ON m.annee = p.annee AND m.finess = p.finess
)
SELECT
    annee,
    CASE WHEN GROUPING(gestionnaire_code) = 0 THEN 'gestionnaire' ELSE 'ensemble' END
        AS dimension_code,
    CASE WHEN GROUPING(gestionnaire_code) = 0 THEN gestionnaire_code ELSE 'ensemble' END
        AS modalite_code,
    COUNT(*) AS cds_nb,
    percentile_cont(0.5) WITHIN GROUP (ORDER BY actes_par_etp) AS actes_par_etp_mediane,
    percentile_cont(0.25) WITHIN GROUP (ORDER BY seuil) AS seuil_quartile_1,
    percentile_cont(0.5) WITHIN GROUP (ORDER BY seuil) AS seuil_mediane,
    percentile_cont(0.75) WITHIN GROUP (ORDER BY seuil) AS seuil_quartile_3,
    CAST(SUM(actes_mg_nb) AS DOUBLE) / CAST(SUM(mg_etp) AS DOUBLE) AS actes_par_etp_agrege,
    (CAST(SUM(actes_mg_nb) AS DOUBLE)
        + CAST(SUM(manque_eur) AS DOUBLE) / NULLIF(1.0 * {{honoraires_par_acte_mg_eur}}, 0.0))
        / CAST(SUM(mg_etp) AS DOUBLE) AS seuil_agrege,
    100.0 * CAST(COUNT(*) FILTER (WHERE manque_eur <= 0) AS DOUBLE) / COUNT(*) AS part_atteint_pct,
    100.0 * CAST(COUNT(*) FILTER (WHERE seuil <= {{liberaux_actes_mediane}}) AS DOUBLE) / COUNT(*)
        AS part_sous_liberaux_pct
FROM centres
GROUP BY GROUPING SETS ((annee), (annee, gestionnaire_code))
ORDER BY annee, dimension_code, modalite_code
