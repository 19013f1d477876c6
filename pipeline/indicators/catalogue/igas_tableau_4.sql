-- Table 4 of the IGAS report, pivoted: one row per printed row, one column per printed column.
SELECT
    ligne_rang,
    ligne,
    CAST(MAX(CASE WHEN colonne = 'a2016_meur' THEN valeur END) AS DOUBLE) AS a2016_meur,
    CAST(MAX(CASE WHEN colonne = 'a2017_meur' THEN valeur END) AS DOUBLE) AS a2017_meur,
    CAST(MAX(CASE WHEN colonne = 'a2018_meur' THEN valeur END) AS DOUBLE) AS a2018_meur,
    CAST(MAX(CASE WHEN colonne = 'a2019_meur' THEN valeur END) AS DOUBLE) AS a2019_meur,
    CAST(MAX(CASE WHEN colonne = 'a2020_meur' THEN valeur END) AS DOUBLE) AS a2020_meur,
    CAST(MAX(CASE WHEN colonne = 'a2021_meur' THEN valeur END) AS DOUBLE) AS a2021_meur,
    CAST(MAX(CASE WHEN colonne = 'a2022_meur' THEN valeur END) AS DOUBLE) AS a2022_meur,
    CAST(MAX(CASE WHEN colonne = 'part_2022_pct' THEN valeur END) AS DOUBLE) AS part_2022_pct,
    CAST(MAX(CASE WHEN colonne = 'croissance_2016_2019_pct' THEN valeur END) AS DOUBLE)
        AS croissance_2016_2019_pct,
    CAST(MAX(CASE WHEN colonne = 'croissance_2019_2022_pct' THEN valeur END) AS DOUBLE)
        AS croissance_2019_2022_pct,
    CAST(MAX(CASE WHEN colonne = 'croissance_2016_2022_pct' THEN valeur END) AS DOUBLE)
        AS croissance_2016_2022_pct
FROM published_tables
WHERE tableau_id = 'igas_tableau_4'
GROUP BY ligne_rang, ligne
ORDER BY ligne_rang
