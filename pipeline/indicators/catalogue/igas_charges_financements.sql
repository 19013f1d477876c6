-- Operating costs (table 3, row 7), funding (table 4, row 19) and number of centres
-- (table 3, row 9) by year, with indices: first year = 100. Their printed fields differ: no ratio.
WITH yearly AS (
    SELECT
        CAST(substring(colonne, 2, 4) AS INT) AS annee,
        MAX(CASE WHEN tableau_id = 'igas_tableau_3' AND ligne_rang = 7 THEN valeur END)
            AS charges,
        MAX(CASE WHEN tableau_id = 'igas_tableau_4' AND ligne_rang = 19 THEN valeur END)
            AS financements,
        MAX(CASE WHEN tableau_id = 'igas_tableau_3' AND ligne_rang = 9 THEN valeur END)
            AS centres
    FROM published_tables
    WHERE tableau_id IN ('igas_tableau_3', 'igas_tableau_4')
        AND substring(colonne, 1, 3) = 'a20'
    GROUP BY colonne
)
SELECT
    annee,
    CAST(charges AS DOUBLE) AS charges_meur,
    CAST(financements AS DOUBLE) AS financements_meur,
    100.0 * CAST(charges AS DOUBLE)
        / FIRST_VALUE(CAST(charges AS DOUBLE)) OVER (ORDER BY annee) AS charges_indice,
    100.0 * CAST(financements AS DOUBLE)
        / FIRST_VALUE(CAST(financements AS DOUBLE)) OVER (ORDER BY annee)
        AS financements_indice,
    CAST(centres AS INT) AS cds_charges_nb
FROM yearly
ORDER BY annee
