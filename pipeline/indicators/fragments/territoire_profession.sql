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
        CASE WHEN GROUPING(profession_code) = 0 THEN 'profession' ELSE 'ensemble' END
            AS dimension_code,
        CASE WHEN GROUPING(profession_code) = 0 THEN profession_code ELSE 'ensemble' END
            AS modalite_code,
