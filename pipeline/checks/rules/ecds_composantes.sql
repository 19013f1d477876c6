WITH composantes AS (
    SELECT annee, finess, poste_parent_code AS poste_code, count(*) AS n,
        sum(montant_eur) AS somme
    FROM ecds_finances
    WHERE poste_parent_code IS NOT NULL
    GROUP BY annee, finess, poste_parent_code
), attendues AS (
    SELECT parent AS poste_code, count(*) AS n
    FROM codes
    WHERE liste = 'poste_ecds' AND parent IS NOT NULL
    GROUP BY parent
), totaux AS (
    SELECT t.annee, t.finess, t.poste_code, t.source_file, t.source_line, t.montant_eur, c.somme,
        c.n = a.n AS complet, t.montant_eur - c.somme AS ecart,
        CASE
            WHEN abs(t.montant_eur) * {{ecds_ecart_total_pct}} > {{ecds_ecart_total_eur}} * 100
                THEN abs(t.montant_eur) * {{ecds_ecart_total_pct}} / 100
            ELSE {{ecds_ecart_total_eur}}
        END AS tolerance
    FROM ecds_finances t
    JOIN composantes c
        ON c.annee = t.annee AND c.finess = t.finess AND c.poste_code = t.poste_code
    JOIN attendues a ON a.poste_code = t.poste_code
)
-- Where some component is not known, the total may only not be less than those that are.
SELECT finess || '/' || CAST(annee AS VARCHAR) || '/' || poste_code AS cle,
    source_file, source_line, poste_code || '_eur' AS colonne,
    CASE WHEN complet THEN 'la somme de ses composantes, '
        ELSE 'au moins la somme de ses composantes connues, ' END
        || CAST(somme AS VARCHAR) || ' €' AS attendu,
    CAST(montant_eur AS VARCHAR) || ' €' AS trouve,
    CASE WHEN complet THEN abs(ecart) <= tolerance ELSE ecart >= -tolerance END AS ok
FROM totaux
ORDER BY cle
