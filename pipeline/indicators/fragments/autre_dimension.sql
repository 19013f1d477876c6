                CASE
                    WHEN GROUPING(heure_locale) = 0 THEN 'heure'
                    WHEN GROUPING(jour_code) = 0 THEN 'jour'
                    WHEN GROUPING(profession_code) = 0 THEN 'profession'
                    WHEN GROUPING(canal_code) = 0 THEN 'canal'
                    WHEN GROUPING(outil_code) = 0 THEN 'outil'
                    ELSE 'ensemble'
                END
