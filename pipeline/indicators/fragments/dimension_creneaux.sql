        CASE
            WHEN GROUPING(semaine_code) = 0 THEN 'semaine'
            ELSE
-- include: autre_dimension
        END AS dimension_code,
        CASE
            WHEN GROUPING(semaine_code) = 0 THEN semaine_code
            ELSE
-- include: autre_modalite
        END AS modalite_code,
