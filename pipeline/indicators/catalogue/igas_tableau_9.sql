-- Table 9 of the IGAS report, pivoted: one row per printed row, one column per printed column.
SELECT
    ligne_rang,
    ligne,
    CAST(MAX(CASE WHEN colonne = 'a2018_eur' THEN valeur END) AS DOUBLE) AS a2018_eur,
    CAST(MAX(CASE WHEN colonne = 'a2019_eur' THEN valeur END) AS DOUBLE) AS a2019_eur,
    CAST(MAX(CASE WHEN colonne = 'a2020_eur' THEN valeur END) AS DOUBLE) AS a2020_eur,
    CAST(MAX(CASE WHEN colonne = 'a2021_eur' THEN valeur END) AS DOUBLE) AS a2021_eur,
    CAST(MAX(CASE WHEN colonne = 'a2022_eur' THEN valeur END) AS DOUBLE) AS a2022_eur
FROM published_tables
WHERE tableau_id = 'igas_tableau_9'
GROUP BY ligne_rang, ligne
ORDER BY ligne_rang
