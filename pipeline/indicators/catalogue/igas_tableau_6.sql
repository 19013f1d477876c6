-- Table 6 of the IGAS report, pivoted: one row per printed row, one column per printed column.
SELECT
    ligne_rang,
    ligne,
    CAST(MAX(CASE WHEN colonne = 'cds_nb' THEN valeur END) AS INT) AS cds_nb,
    CAST(MAX(CASE WHEN colonne = 'min_pct' THEN valeur END) AS DOUBLE) AS min_pct,
    CAST(MAX(CASE WHEN colonne = 'decile_1_pct' THEN valeur END) AS DOUBLE) AS decile_1_pct,
    CAST(MAX(CASE WHEN colonne = 'quartile_1_pct' THEN valeur END) AS DOUBLE) AS quartile_1_pct,
    CAST(MAX(CASE WHEN colonne = 'mediane_pct' THEN valeur END) AS DOUBLE) AS mediane_pct,
    CAST(MAX(CASE WHEN colonne = 'moyenne_pct' THEN valeur END) AS DOUBLE) AS moyenne_pct,
    CAST(MAX(CASE WHEN colonne = 'quartile_3_pct' THEN valeur END) AS DOUBLE) AS quartile_3_pct,
    CAST(MAX(CASE WHEN colonne = 'decile_9_pct' THEN valeur END) AS DOUBLE) AS decile_9_pct,
    CAST(MAX(CASE WHEN colonne = 'max_pct' THEN valeur END) AS DOUBLE) AS max_pct,
    CAST(MAX(CASE WHEN colonne = 'part_ratio_positif_pct' THEN valeur END) AS DOUBLE)
        AS part_ratio_positif_pct
FROM published_tables
WHERE tableau_id = 'igas_tableau_6'
GROUP BY ligne_rang, ligne
ORDER BY ligne_rang
