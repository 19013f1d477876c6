-- Table 2 of the IGAS report, pivoted: one row per printed row, one column per printed column.
SELECT
    ligne_rang,
    ligne,
    CAST(MAX(CASE WHEN colonne = 'effectifs_nb' THEN valeur END) AS INT) AS effectifs_nb,
    CAST(MAX(CASE WHEN colonne = 'part_effectifs_pct' THEN valeur END) AS DOUBLE)
        AS part_effectifs_pct,
    CAST(MAX(CASE WHEN colonne = 'annuels_etp' THEN valeur END) AS DOUBLE) AS annuels_etp,
    CAST(MAX(CASE WHEN colonne = 'part_etp_pct' THEN valeur END) AS DOUBLE) AS part_etp_pct,
    CAST(MAX(CASE WHEN colonne = 'quotite_pct' THEN valeur END) AS DOUBLE) AS quotite_pct
FROM published_tables
WHERE tableau_id = 'igas_tableau_2'
GROUP BY ligne_rang, ligne
ORDER BY ligne_rang
