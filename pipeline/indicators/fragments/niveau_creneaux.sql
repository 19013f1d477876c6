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
