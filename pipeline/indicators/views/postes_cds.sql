-- One row per centre, year and line: the detail lines, then the totals they add up to. A line, or a
-- total none of whose lines is declared, has no row.
WITH details AS (
    SELECT annee, finess, poste_code, poste_parent_code, famille_code, montant_eur
    FROM ecds_finances
    WHERE niveau_code = 'detail'
),
lignes AS (
    SELECT annee, finess, poste_code, montant_eur
    FROM details
    UNION ALL
    SELECT annee, finess, poste_parent_code, montant_eur
    FROM details
    WHERE poste_parent_code IN
        ('honoraires_totaux', 'financements_forfaitaires', 'rfs_assurance_maladie')
    UNION ALL
    SELECT annee, finess, 'recettes_exploitation', montant_eur
    FROM details
    WHERE famille_code = 'recettes_exploitation'
    UNION ALL
    SELECT annee, finess, 'financements_total', montant_eur
    FROM details
    WHERE famille_code IN ('recettes_exploitation', 'autres_financements')
    UNION ALL
    SELECT annee, finess, 'charges_exploitation', montant_eur
    FROM details
    WHERE famille_code = 'charges'
)
SELECT
    annee,
    finess,
    poste_code,
    CAST(SUM(montant_eur) AS DECIMAL(18, 2)) AS montant_eur
FROM lignes
GROUP BY annee, finess, poste_code
ORDER BY annee, finess, poste_code
