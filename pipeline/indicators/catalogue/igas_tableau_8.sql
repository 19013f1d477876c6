-- Table 8 of the IGAS report, pivoted: one row per printed row, one column per printed column.
SELECT
    ligne_rang,
    ligne,
    CAST(MAX(CASE WHEN colonne = 'taux_non_recours_pct' THEN valeur END) AS DOUBLE)
        AS taux_non_recours_pct,
    CAST(MAX(CASE WHEN colonne = 'montant_median_eur' THEN valeur END) AS DOUBLE)
        AS montant_median_eur
FROM published_tables
WHERE tableau_id = 'igas_tableau_8'
GROUP BY ligne_rang, ligne
ORDER BY ligne_rang
