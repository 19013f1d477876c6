        CASE
            WHEN GROUPING(gestionnaire_code) = 0 THEN 'gestionnaire'
            WHEN GROUPING(region_code) = 0 THEN 'region'
            WHEN GROUPING(categorie_cnam_code) = 0 THEN 'categorie_cnam'
            ELSE 'ensemble'
        END AS dimension_code,
        CASE
            WHEN GROUPING(gestionnaire_code) = 0 THEN gestionnaire_code
            WHEN GROUPING(region_code) = 0 THEN concat('region_', region_code)
            WHEN GROUPING(categorie_cnam_code) = 0 THEN categorie_cnam_code
            ELSE 'ensemble'
        END AS modalite_code,
