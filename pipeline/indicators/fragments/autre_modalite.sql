                CASE
                    WHEN GROUPING(heure_locale) = 0
                        THEN concat(LPAD(CAST(heure_locale AS STRING), 2, '0'), 'h')
                    WHEN GROUPING(jour_code) = 0 THEN jour_code
                    WHEN GROUPING(profession_code) = 0 THEN profession_code
                    WHEN GROUPING(canal_code) = 0 THEN canal_code
                    WHEN GROUPING(outil_code) = 0 THEN outil_code
                    ELSE 'ensemble'
                END
