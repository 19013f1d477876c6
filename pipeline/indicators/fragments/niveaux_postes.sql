champ AS (
    SELECT annee, COUNT(*) AS cds_nb
    FROM champ_cds
    GROUP BY annee
),
montants AS (
    SELECT p.annee, p.poste_code, COUNT(*) AS declarants_nb, SUM(p.montant_eur) AS montant_eur
    FROM postes_cds p
    JOIN champ_cds c ON c.annee = p.annee AND c.finess = p.finess
    GROUP BY p.annee, p.poste_code
),
niveaux AS (
    -- the field's total of a line: zero when nobody declares the line, null when nobody declares
    -- any line of its general total
    SELECT
        c.annee,
        p.poste_code AS ligne_code,
        CASE WHEN t.montant_eur IS NOT NULL
            THEN CAST(COALESCE(m.montant_eur, 0) AS DECIMAL(18, 2)) END AS valeur,
        CAST(t.montant_eur AS DECIMAL(18, 2)) AS total,
        c.cds_nb,
        COALESCE(m.declarants_nb, 0) AS declarants_nb
    FROM champ c
    CROSS JOIN postes p
    LEFT JOIN montants m ON m.annee = c.annee AND m.poste_code = p.poste_code
    LEFT JOIN montants t ON t.annee = c.annee AND t.poste_code = p.total_code
)
