-- Table 1 of the IGAS report, pivoted: one row per printed row, one column per printed column.
SELECT
    ligne_rang,
    ligne,
    MAX(CASE WHEN colonne_rang = 1 THEN unite END) AS unite,
    CAST(MAX(CASE WHEN colonne = 'min' THEN valeur END) AS DOUBLE) AS min,
    CAST(MAX(CASE WHEN colonne = 'decile_1' THEN valeur END) AS DOUBLE) AS decile_1,
    CAST(MAX(CASE WHEN colonne = 'quartile_1' THEN valeur END) AS DOUBLE) AS quartile_1,
    CAST(MAX(CASE WHEN colonne = 'mediane' THEN valeur END) AS DOUBLE) AS mediane,
    CAST(MAX(CASE WHEN colonne = 'moyenne' THEN valeur END) AS DOUBLE) AS moyenne,
    CAST(MAX(CASE WHEN colonne = 'quartile_3' THEN valeur END) AS DOUBLE) AS quartile_3,
    CAST(MAX(CASE WHEN colonne = 'decile_9' THEN valeur END) AS DOUBLE) AS decile_9,
    CAST(MAX(CASE WHEN colonne = 'max' THEN valeur END) AS DOUBLE) AS max
FROM published_tables
WHERE tableau_id = 'igas_tableau_1'
GROUP BY ligne_rang, ligne
ORDER BY ligne_rang
