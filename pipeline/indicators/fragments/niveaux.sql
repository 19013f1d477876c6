niveaux AS (
    SELECT 'ensemble' AS niveau_code
    UNION ALL SELECT 'departement'
    UNION ALL SELECT 'cpts'
),
