-- What R1 would become under one change at a time, costs and all other revenue unchanged. Observatory
-- model, not the report's.
WITH centres AS (
    SELECT
        m.annee,
        m.gestionnaire_code,
        m.charges_exploitation_eur AS charges,
        m.recettes_exploitation_eur AS recettes,
        CAST(m.actes_mg_nb AS DOUBLE) AS actes,
        CAST(m.mg_etp AS DOUBLE) AS etp,
        COALESCE(m.teulade_eur, 0) AS teulade,
        CAST(m.charges_personnel_eur AS DOUBLE) AS personnel
    FROM champ_r1_actes p
    JOIN mesures_cds m ON m.annee = p.annee AND m.finess = p.finess
),
absences AS (
    SELECT 'absences_basses' AS scenario_code, CAST({{absences_basses_pct}} AS DOUBLE) AS taux
    UNION ALL SELECT 'absences_moyennes', CAST({{absences_moyennes_pct}} AS DOUBLE)
    UNION ALL SELECT 'absences_hautes', CAST({{absences_hautes_pct}} AS DOUBLE)
),
gains AS (
    SELECT annee, gestionnaire_code, charges, recettes, 'actes_liberaux' AS scenario_code,
        CAST({{liberaux_actes_mediane}} AS DOUBLE) AS hypothese,
        CASE WHEN actes < {{liberaux_actes_mediane}} * etp
            THEN {{honoraires_par_acte_mg_eur}} * ({{liberaux_actes_mediane}} * etp - actes)
            ELSE 0.0 END AS gain
    FROM centres
    UNION ALL
    SELECT annee, gestionnaire_code, charges, recettes, 'teulade_tous',
        CAST({{teulade_taux_pct}} AS DOUBLE),
        CASE WHEN teulade <= 0
            THEN CAST({{teulade_taux_pct}} AS DOUBLE) / 100.0
                * {{teulade_part_assiette_pct}} / 100.0 * personnel
            ELSE 0.0 END
    FROM centres
    UNION ALL
    -- the observed acts are those of the reference rate: others are in proportion of kept visits
    SELECT c.annee, c.gestionnaire_code, c.charges, c.recettes, a.scenario_code, a.taux,
        {{honoraires_par_acte_mg_eur}} * c.actes
            * ((100.0 - a.taux) / NULLIF(100.0 - CAST({{absences_reference_pct}} AS DOUBLE), 0.0)
                - 1.0)
    FROM centres c
    CROSS JOIN absences a
),
valeurs AS (
    SELECT
        annee,
        scenario_code,
        hypothese,
        gestionnaire_code,
        charges,
        recettes,
        -- to the cent, half a cent up, on whole millionths: what a binary number holds beyond them
        -- is not the same on every engine
        CAST(CAST(ROUND(ROUND(1000000.0 * gain) / 10000.0) AS DECIMAL(16, 0))
            * CAST(0.01 AS DECIMAL(3, 2)) AS DECIMAL(14, 2)) AS gain,
        100.0 * CAST(recettes - charges AS DOUBLE) / CAST(charges AS DOUBLE) AS observe,
        100.0 * (CAST(recettes - charges AS DOUBLE) + gain) / CAST(charges AS DOUBLE) AS scenario
    FROM gains
),
groupes AS (
    SELECT
        annee,
        scenario_code,
        MAX(hypothese) AS hypothese,
        CASE WHEN GROUPING(gestionnaire_code) = 0 THEN 'gestionnaire' ELSE 'ensemble' END
            AS dimension_code,
        CASE WHEN GROUPING(gestionnaire_code) = 0 THEN gestionnaire_code ELSE 'ensemble' END
            AS modalite_code,
        COUNT(*) AS cds_nb,
        COUNT(*) FILTER (WHERE gain <> 0) AS concernes_nb,
        CAST(SUM(gain) AS DECIMAL(18, 2)) AS gain,
        percentile_cont(0.5) WITHIN GROUP (ORDER BY observe) AS median_observe,
        percentile_cont(0.5) WITHIN GROUP (ORDER BY scenario) AS median_scenario,
        100.0 * CAST(SUM(recettes - charges) AS DOUBLE) / CAST(SUM(charges) AS DOUBLE)
            AS agrege_observe,
        100.0 * CAST(SUM(recettes - charges + gain) AS DOUBLE) / CAST(SUM(charges) AS DOUBLE)
            AS agrege_scenario,
        100.0 * CAST(COUNT(*) FILTER (WHERE observe >= 0) AS DOUBLE) / COUNT(*) AS positive_observe,
        100.0 * CAST(COUNT(*) FILTER (WHERE scenario >= 0) AS DOUBLE) / COUNT(*) AS positive_scenario
    FROM valeurs
    GROUP BY GROUPING SETS ((annee, scenario_code), (annee, scenario_code, gestionnaire_code))
)
SELECT
    annee,
    scenario_code,
    CAST(hypothese AS DOUBLE) AS hypothese,
    dimension_code,
    modalite_code,
    cds_nb,
    concernes_nb,
    CAST(gain * CAST(0.000001 AS DECIMAL(7, 6)) AS DECIMAL(18, 8)) AS montant_meur,
    median_observe AS mediane_observee_pct,
    median_scenario AS mediane_scenario_pct,
    median_scenario - median_observe AS mediane_ecart_points,
    agrege_observe AS agrege_observe_pct,
    agrege_scenario AS agrege_scenario_pct,
    agrege_scenario - agrege_observe AS agrege_ecart_points,
    positive_observe AS part_positive_observee_pct,
    positive_scenario AS part_positive_scenario_pct
FROM groupes
ORDER BY annee, scenario_code, dimension_code, modalite_code
