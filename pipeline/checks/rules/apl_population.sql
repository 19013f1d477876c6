-- One case by year, profession, department and level: the rows hold the people of the department,
-- about. Fewer: the file is cut. More: a city stands whole and by district, or a row came twice.
WITH portees AS (
    SELECT
        annee,
        profession_code,
        departement_code,
        CASE WHEN territoire_niveau = 'departement' THEN 'departement' ELSE 'commune' END AS niveau,
        min(source_file) AS source_file,
        min(source_line) AS source_line,
        sum(population_totale_nb) AS population_nb
    FROM apl
    WHERE mesure_code = 'ensemble' AND departement_code IS NOT NULL
    GROUP BY 1, 2, 3, 4
),
connues AS (
    SELECT departement_code, sum(population_nb) AS population_nb
    FROM communes
    WHERE annee = (SELECT max(annee) FROM communes)
    GROUP BY departement_code
)
SELECT
    p.annee || '/' || p.profession_code || '/' || p.niveau || '/' || p.departement_code AS cle,
    p.source_file,
    p.source_line,
    'population_totale_nb' AS colonne,
    CAST(c.population_nb AS VARCHAR) || ' habitants, à {{apl_population_ecart_pct}} % près' AS attendu,
    CAST(p.population_nb AS VARCHAR) AS trouve,
    100 * abs(p.population_nb - c.population_nb)
        <= {{apl_population_ecart_pct}} * c.population_nb AS ok
FROM portees p
JOIN connues c ON c.departement_code = p.departement_code
WHERE p.population_nb IS NOT NULL
ORDER BY cle
