-- Table 3 of the IGAS report, pivoted: one row per printed row, one column per printed column.
SELECT
    ligne_rang,
    ligne,
    MAX(CASE WHEN colonne_rang = 1 THEN unite END) AS unite,
    CAST(MAX(CASE WHEN colonne = 'a2016' THEN valeur END) AS DOUBLE) AS a2016,
    CAST(MAX(CASE WHEN colonne = 'a2017' THEN valeur END) AS DOUBLE) AS a2017,
    CAST(MAX(CASE WHEN colonne = 'a2018' THEN valeur END) AS DOUBLE) AS a2018,
    CAST(MAX(CASE WHEN colonne = 'a2019' THEN valeur END) AS DOUBLE) AS a2019,
    CAST(MAX(CASE WHEN colonne = 'a2020' THEN valeur END) AS DOUBLE) AS a2020,
    CAST(MAX(CASE WHEN colonne = 'a2021' THEN valeur END) AS DOUBLE) AS a2021,
    CAST(MAX(CASE WHEN colonne = 'a2022' THEN valeur END) AS DOUBLE) AS a2022,
    CAST(MAX(CASE WHEN colonne = 'part_2022_pct' THEN valeur END) AS DOUBLE) AS part_2022_pct,
    CAST(MAX(CASE WHEN colonne = 'croissance_2016_2019_pct' THEN valeur END) AS DOUBLE)
        AS croissance_2016_2019_pct,
    CAST(MAX(CASE WHEN colonne = 'croissance_2019_2022_pct' THEN valeur END) AS DOUBLE)
        AS croissance_2019_2022_pct,
    CAST(MAX(CASE WHEN colonne = 'croissance_2016_2022_pct' THEN valeur END) AS DOUBLE)
        AS croissance_2016_2022_pct
FROM published_tables
WHERE tableau_id = 'igas_tableau_3'
GROUP BY ligne_rang, ligne
ORDER BY ligne_rang
