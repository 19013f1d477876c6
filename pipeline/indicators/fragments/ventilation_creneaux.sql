        CASE
            WHEN GROUPING(cpts_code) = 0 THEN 'cpts'
            WHEN GROUPING(departement_code) = 0 THEN 'departement'
            ELSE 'ensemble'
        END AS niveau_code,
        CASE
            WHEN GROUPING(cpts_code) = 0 THEN cpts_code
            WHEN GROUPING(departement_code) = 0 THEN departement_code
            ELSE 'ensemble'
        END AS territoire_code,
        CASE
            WHEN GROUPING(semaine_code) = 0 THEN 'semaine'
            WHEN GROUPING(jour_code) = 0 THEN 'jour'
            WHEN GROUPING(heure_code) = 0 THEN 'heure'
            WHEN GROUPING(profession_code) = 0 THEN 'profession'
            WHEN GROUPING(canal) = 0 THEN 'canal'
            WHEN GROUPING(outil) = 0 THEN 'outil'
            ELSE 'ensemble'
        END AS dimension_code,
        CASE
            WHEN GROUPING(semaine_code) = 0 THEN semaine_code
            WHEN GROUPING(jour_code) = 0 THEN jour_code
            WHEN GROUPING(heure_code) = 0 THEN heure_code
            WHEN GROUPING(profession_code) = 0 THEN profession_code
            WHEN GROUPING(canal) = 0 THEN canal
            WHEN GROUPING(outil) = 0 THEN outil
            ELSE 'ensemble'
        END AS modalite_code,
