periodes AS (
    SELECT 'niveau' AS periode_code, 0 AS recul_ans
    UNION ALL SELECT 'un_an', 1
    UNION ALL SELECT 'trois_ans', 3
    UNION ALL SELECT 'six_ans', 6
),
croissances AS (
    -- each level, then its growth; a base year before the source starts is not asked for, one that
    -- misses from the data is refused
    SELECT
        n.annee,
        n.ligne_code,
        p.periode_code,
        p.recul_ans,
        CASE WHEN p.recul_ans > 0 THEN n.annee - p.recul_ans END AS annee_base,
        n.valeur,
        b.valeur AS valeur_base,
        n.cds_nb,
        b.cds_nb AS cds_base_nb,
        CASE WHEN b.valeur > 0 THEN
            100.0 * (CAST(n.valeur AS DOUBLE) / CAST(b.valeur AS DOUBLE) - 1.0)
        END AS croissance_pct,
        CASE
            WHEN n.valeur IS NULL THEN 'montant_absent'
            WHEN p.recul_ans = 0 THEN NULL
            WHEN b.annee IS NULL THEN 'annee_base_absente'
            WHEN b.valeur IS NULL THEN 'montant_base_absent'
            WHEN b.valeur <= 0 THEN 'base_nulle'
        END AS motif_refus
    FROM niveaux n
    CROSS JOIN periodes p
    LEFT JOIN niveaux b
        ON b.ligne_code = n.ligne_code
        AND b.annee = n.annee - p.recul_ans
        AND p.recul_ans > 0
    WHERE p.recul_ans = 0 OR n.annee - p.recul_ans >= {{ecds_premiere_annee}}
)
