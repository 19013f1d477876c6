-- Checks every declared relation between printed cells by interval arithmetic. A printed value v
-- with d decimals may be anywhere in [v - half a step, v + half a step], step = 10^-d.
-- Bounds are exact decimals (values of up to 5 decimals); a quotient is compared by
-- cross-multiplication, never by dividing.
WITH terms AS (
    SELECT
        r.relation_id,
        r.relation_code,
        r.tableau_id,
        r.ligne_rang,
        r.colonne,
        r.role_code,
        c.ligne,
        -- a growth rate is 100 * numerator / denominator, minus 100
        CASE WHEN r.relation_code = 'evolution' AND r.role_code = 'numerateur'
            THEN 100 * r.facteur ELSE r.facteur END AS facteur,
        CAST(c.valeur AS DECIMAL(19, 6)) AS valeur,
        CAST(0.5 * power(10, -c.decimales) AS DECIMAL(19, 6)) AS demi_pas
    FROM tableaux_relations r
    LEFT JOIN published_tables c
        ON c.tableau_id = r.tableau_id
        AND c.ligne_rang = r.ligne_rang
        AND c.colonne = r.colonne
),
scaled AS (
    -- a negative factor swaps the bounds
    SELECT
        relation_id,
        relation_code,
        tableau_id,
        ligne_rang,
        colonne,
        role_code,
        ligne,
        CAST(facteur * valeur AS DECIMAL(18, 6)) AS v,
        CAST(facteur * (valeur - CASE WHEN facteur < 0 THEN -demi_pas ELSE demi_pas END)
            AS DECIMAL(18, 6)) AS bas,
        CAST(facteur * (valeur + CASE WHEN facteur < 0 THEN -demi_pas ELSE demi_pas END)
            AS DECIMAL(18, 6)) AS haut
    FROM terms
),
relations AS (
    SELECT
        relation_id,
        MAX(relation_code) AS relation_code,
        MAX(CASE WHEN role_code = 'cible' THEN tableau_id END) AS tableau_id,
        MAX(CASE WHEN role_code = 'cible' THEN ligne_rang END) AS ligne_rang,
        MAX(CASE WHEN role_code = 'cible' THEN colonne END) AS colonne,
        MAX(CASE WHEN role_code = 'cible' THEN ligne END) AS ligne,
        MAX(CASE WHEN role_code = 'cible' THEN v END) AS cible,
        MAX(CASE WHEN role_code = 'cible' THEN bas END) AS cible_bas,
        MAX(CASE WHEN role_code = 'cible' THEN haut END) AS cible_haut,
        COUNT(*) FILTER (WHERE role_code <> 'cible') AS n_termes,
        COUNT(*) FILTER (WHERE v IS NULL) AS n_absents,
        -- sums, and the previous quantile: the terms as they are
        CAST(SUM(CASE WHEN role_code IN ('addende', 'predecesseur') THEN v END)
            AS DECIMAL(18, 6)) AS somme,
        CAST(SUM(CASE WHEN role_code IN ('addende', 'predecesseur') THEN bas END)
            AS DECIMAL(18, 6)) AS somme_bas,
        CAST(SUM(CASE WHEN role_code IN ('addende', 'predecesseur') THEN haut END)
            AS DECIMAL(18, 6)) AS somme_haut,
        MAX(CASE WHEN role_code = 'numerateur' THEN v END) AS num,
        MAX(CASE WHEN role_code = 'numerateur' THEN bas END) AS num_bas,
        MAX(CASE WHEN role_code = 'numerateur' THEN haut END) AS num_haut,
        MAX(CASE WHEN role_code = 'denominateur' THEN v END) AS den,
        MAX(CASE WHEN role_code = 'denominateur' THEN bas END) AS den_bas,
        MAX(CASE WHEN role_code = 'denominateur' THEN haut END) AS den_haut
    FROM scaled
    GROUP BY relation_id
),
signed AS (
    -- a negative denominator: change the sign of both, which swaps their bounds
    SELECT
        relation_id,
        relation_code,
        tableau_id,
        ligne_rang,
        colonne,
        ligne,
        cible,
        cible_bas,
        cible_haut,
        n_termes,
        somme,
        somme_bas,
        somme_haut,
        num,
        den,
        CASE WHEN den_haut < 0 THEN -num_haut ELSE num_bas END AS num_bas,
        CASE WHEN den_haut < 0 THEN -num_bas ELSE num_haut END AS num_haut,
        CASE WHEN den_haut < 0 THEN -den_haut ELSE den_bas END AS den_bas,
        CASE WHEN den_haut < 0 THEN -den_bas ELSE den_haut END AS den_haut,
        CASE WHEN relation_code = 'evolution' THEN 100 ELSE 0 END AS decalage,
        CASE WHEN relation_code IN ('evolution', 'part', 'rapport') THEN 1 ELSE 0 END AS quotient,
        CASE
            WHEN n_absents > 0 THEN 'terme_absent'
            WHEN den_bas <= 0 AND den_haut >= 0 THEN 'denominateur_nul'
        END AS motif
    FROM relations
),
divided AS (
    -- the denominator is now positive: the lowest quotient divides the lowest numerator by the
    -- highest denominator, or by the lowest one when that numerator is negative
    SELECT
        relation_id,
        relation_code,
        tableau_id,
        ligne_rang,
        colonne,
        ligne,
        cible,
        cible_bas,
        cible_haut,
        n_termes,
        somme,
        somme_bas,
        somme_haut,
        num,
        den,
        num_bas,
        num_haut,
        CASE WHEN num_bas >= 0 THEN den_haut ELSE den_bas END AS den_de_num_bas,
        CASE WHEN num_haut >= 0 THEN den_bas ELSE den_haut END AS den_de_num_haut,
        decalage,
        quotient,
        motif
    FROM signed
),
computed AS (
    SELECT
        relation_id,
        relation_code,
        tableau_id,
        ligne_rang,
        colonne,
        ligne,
        cible,
        cible_bas,
        cible_haut,
        n_termes,
        somme,
        motif,
        CASE
            WHEN motif IS NOT NULL THEN NULL
            WHEN quotient = 1 THEN CAST(num AS DOUBLE) / CAST(den AS DOUBLE) - decalage
            ELSE CAST(somme AS DOUBLE)
        END AS recalcul,
        CASE
            WHEN motif IS NOT NULL THEN NULL
            WHEN quotient = 1
                THEN CAST(num_bas AS DOUBLE) / CAST(den_de_num_bas AS DOUBLE) - decalage
            ELSE CAST(somme_bas AS DOUBLE)
        END AS recalcul_bas,
        CASE
            WHEN motif IS NOT NULL THEN NULL
            WHEN quotient = 1
                THEN CAST(num_haut AS DOUBLE) / CAST(den_de_num_haut AS DOUBLE) - decalage
            ELSE CAST(somme_haut AS DOUBLE)
        END AS recalcul_haut,
        CASE
            WHEN motif IS NOT NULL THEN 'non_controlable'
            WHEN relation_code = 'croissance_quantiles' AND cible >= somme THEN 'coherent'
            WHEN relation_code = 'somme'
                AND somme_bas <= cible_haut AND somme_haut >= cible_bas THEN 'coherent'
            WHEN quotient = 1
                AND num_bas
                    <= CAST(cible_haut + decalage AS DECIMAL(19, 6)) * den_de_num_bas
                AND num_haut
                    >= CAST(cible_bas + decalage AS DECIMAL(19, 6)) * den_de_num_haut
                THEN 'coherent'
            ELSE 'incoherent'
        END AS verdict
    FROM divided
)
SELECT
    relation_id,
    relation_code,
    tableau_id,
    ligne_rang,
    ligne,
    colonne,
    CAST(cible AS DOUBLE) AS valeur_imprimee,
    recalcul,
    recalcul_bas AS recalcul_min,
    recalcul_haut AS recalcul_max,
    CAST(cible_bas AS DOUBLE) AS cible_min,
    CAST(cible_haut AS DOUBLE) AS cible_max,
    verdict,
    CASE
        WHEN verdict = 'non_controlable' THEN NULL
        WHEN verdict = 'coherent' THEN 0.0
        WHEN relation_code = 'croissance_quantiles' THEN CAST(somme - cible AS DOUBLE)
        ELSE GREATEST(
            recalcul_bas - CAST(cible_haut AS DOUBLE), CAST(cible_bas AS DOUBLE) - recalcul_haut)
    END AS ecart,
    CAST(n_termes AS INT) AS n_termes_nb,
    CASE WHEN motif IS NULL THEN 'calcule' ELSE 'refuse' END AS statut_calcul,
    motif AS motif_refus
FROM computed
ORDER BY relation_id
