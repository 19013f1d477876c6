-- One case by extract, file and category: known, and valid at the date it is read at.
WITH ouverts AS (
    SELECT e.date_extraction, e.source_file, e.categorie_code, min(e.source_line) AS source_line,
        count(*) AS lignes_nb, min(c.categorie_code) IS NOT NULL AS connue,
        bool_and(
            (c.date_debut IS NULL OR c.date_debut <= coalesce(e.date_fermeture, e.date_extraction))
            AND (c.date_fin IS NULL OR c.date_fin > coalesce(e.date_fermeture, e.date_extraction))
        ) AS valide,
        min(c.libelle) AS libelle, min(c.date_debut) AS debut, min(c.date_fin) AS fin
    FROM etablissements e
    LEFT JOIN finess_categories c ON c.categorie_code = e.categorie_code AND c.retenue
    WHERE e.etat_code = 'ouvert' AND e.categorie_code IS NOT NULL
    GROUP BY e.date_extraction, e.source_file, e.categorie_code
)
SELECT CAST(date_extraction AS VARCHAR) || '/' || categorie_code || '/' || source_file AS cle,
    source_file, source_line, 'categorie_code' AS colonne,
    CASE WHEN connue
        THEN 'une catégorie valide le ' || CAST(date_extraction AS VARCHAR)
        ELSE 'une catégorie de finess_categories'
    END AS attendu,
    categorie_code || coalesce(' ' || libelle, '') || coalesce(', du ' || CAST(debut AS VARCHAR), '')
        || coalesce(' au ' || CAST(fin AS VARCHAR), '') || ', ' || CAST(lignes_nb AS VARCHAR)
        || ' établissements' AS trouve,
    connue AND valide AS ok
FROM ouverts
ORDER BY cle
