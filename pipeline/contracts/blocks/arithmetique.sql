-- Checks every declared relation between printed numbers by interval arithmetic: cells of tables
-- (`tableaux_relations`) and figures of the registry (`chiffres_relations`). CTE `controles`, one
-- row per relation. A printed number may be anywhere in its interval; a relation is consistent when
-- some choice within the intervals keeps it. Bounds are exact decimals; a quotient is compared by
-- cross-multiplication, never by dividing.
WITH
-- include: intervalles
, termes_imprimes AS (
    -- a cell: half a unit of its last decimal on each side
    SELECT
        r.relation_id,
        r.relation_code,
        r.terme_rang,
        r.role_code,
        CAST(NULL AS STRING) AS figure_id,
        r.tableau_id,
        r.ligne_rang,
        r.colonne,
        c.ligne AS libelle,
        CAST(NULL AS STRING) AS fondement,
        r.source_file,
        r.source_line,
        CAST(r.facteur AS DECIMAL(18, 9)) AS facteur,
        CAST(c.valeur AS DECIMAL(18, 6)) AS v,
        CAST(c.valeur - 0.5 * power(10, -c.decimales) AS DECIMAL(18, 6)) AS bas,
        CAST(c.valeur + 0.5 * power(10, -c.decimales) AS DECIMAL(18, 6)) AS haut
    FROM tableaux_relations r
    LEFT JOIN published_tables c
        ON c.tableau_id = r.tableau_id
        AND c.ligne_rang = r.ligne_rang
        AND c.colonne = r.colonne
    UNION ALL
    -- a figure, or one bound of its range; a constant of the relation is its factor times one
    SELECT
        r.relation_id,
        r.relation_code,
        r.terme_rang,
        r.role_code,
        r.figure_id,
        CAST(NULL AS STRING) AS tableau_id,
        CAST(NULL AS INT) AS ligne_rang,
        CAST(NULL AS STRING) AS colonne,
        f.quantity AS libelle,
        r.fondement,
        r.source_file,
        r.source_line,
        r.facteur,
        CAST(CASE r.mesure_code WHEN 'constante' THEN 1 WHEN 'borne_basse' THEN f.value_min
            WHEN 'borne_haute' THEN f.value_max ELSE f.value END AS DECIMAL(18, 6)) AS v,
        CASE r.mesure_code WHEN 'constante' THEN 1
            WHEN 'borne_basse' THEN i.bas
            WHEN 'borne_haute' THEN CAST(2 * f.value_max - i.haut AS DECIMAL(18, 6))
            ELSE i.bas_possible END AS bas,
        CASE r.mesure_code WHEN 'constante' THEN 1
            WHEN 'borne_basse' THEN CAST(2 * f.value_min - i.bas AS DECIMAL(18, 6))
            WHEN 'borne_haute' THEN i.haut
            ELSE i.haut_possible END AS haut
    FROM chiffres_relations r
    LEFT JOIN published_figures f ON f.figure_id = r.figure_id
    LEFT JOIN intervalles i ON i.figure_id = r.figure_id
    WHERE r.relation_code IN ('somme', 'part', 'evolution', 'rapport', 'meme_grandeur',
        'inclusion', 'ordre')
),
echelle AS (
    -- a growth rate is 100 * numerator / denominator, minus 100; a negative factor swaps the bounds
    SELECT
        relation_id,
        relation_code,
        terme_rang,
        role_code,
        figure_id,
        tableau_id,
        ligne_rang,
        colonne,
        libelle,
        fondement,
        source_file,
        source_line,
        CAST(k * v AS DECIMAL(18, 6)) AS v,
        CAST(LEAST(k * bas, k * haut) AS DECIMAL(18, 6)) AS bas,
        CAST(GREATEST(k * bas, k * haut) AS DECIMAL(18, 6)) AS haut
    FROM (
        SELECT
            t.*,
            CAST(CASE WHEN relation_code = 'evolution' AND role_code = 'numerateur'
                THEN 100 * facteur ELSE facteur END AS DECIMAL(20, 9)) AS k
        FROM termes_imprimes t
    ) AS mis
),
reunis AS (
    SELECT
        relation_id,
        MAX(relation_code) AS relation_code,
        MAX(CASE WHEN role_code = 'cible' THEN figure_id END) AS figure_id,
        MAX(CASE WHEN role_code = 'cible' THEN tableau_id END) AS tableau_id,
        MAX(CASE WHEN role_code = 'cible' THEN ligne_rang END) AS ligne_rang,
        MAX(CASE WHEN role_code = 'cible' THEN colonne END) AS colonne,
        MAX(CASE WHEN role_code = 'cible' THEN libelle END) AS libelle,
        MAX(CASE WHEN role_code = 'cible' THEN fondement END) AS fondement,
        MAX(CASE WHEN role_code = 'cible' THEN source_file END) AS source_file,
        MAX(CASE WHEN role_code = 'cible' THEN source_line END) AS source_line,
        MAX(CASE WHEN role_code = 'cible' THEN v END) AS cible,
        MAX(CASE WHEN role_code = 'cible' THEN bas END) AS cible_bas,
        MAX(CASE WHEN role_code = 'cible' THEN haut END) AS cible_haut,
        COUNT(*) FILTER (WHERE role_code <> 'cible') AS n_termes,
        COUNT(*) FILTER (WHERE v IS NULL) AS n_absents,
        -- sums, and what the target must not be below: the terms as they are
        CAST(SUM(CASE WHEN role_code IN ('addende', 'predecesseur') THEN v END)
            AS DECIMAL(18, 6)) AS somme,
        CAST(SUM(CASE WHEN role_code IN ('addende', 'predecesseur') THEN bas END)
            AS DECIMAL(18, 6)) AS somme_bas,
        CAST(SUM(CASE WHEN role_code IN ('addende', 'predecesseur') THEN haut END)
            AS DECIMAL(18, 6)) AS somme_haut,
        CAST(SUM(CASE WHEN role_code = 'numerateur' THEN v END) AS DECIMAL(18, 6)) AS num,
        CAST(SUM(CASE WHEN role_code = 'numerateur' THEN bas END) AS DECIMAL(18, 6)) AS num_bas,
        CAST(SUM(CASE WHEN role_code = 'numerateur' THEN haut END) AS DECIMAL(18, 6)) AS num_haut,
        CAST(SUM(CASE WHEN role_code = 'denominateur' THEN v END) AS DECIMAL(18, 6)) AS den,
        CAST(SUM(CASE WHEN role_code = 'denominateur' THEN bas END) AS DECIMAL(18, 6)) AS den_bas,
        CAST(SUM(CASE WHEN role_code = 'denominateur' THEN haut END) AS DECIMAL(18, 6))
            AS den_haut,
        -- one multiplier at most, a positive one
        CAST(COALESCE(MAX(CASE WHEN role_code = 'multiplicateur' THEN v END), 1)
            AS DECIMAL(19, 6)) AS fois,
        CAST(COALESCE(MAX(CASE WHEN role_code = 'multiplicateur' THEN bas END), 1)
            AS DECIMAL(19, 6)) AS fois_bas,
        CAST(COALESCE(MAX(CASE WHEN role_code = 'multiplicateur' THEN haut END), 1)
            AS DECIMAL(19, 6)) AS fois_haut
    FROM echelle
    GROUP BY relation_id
),
signes AS (
    -- a negative denominator: change the sign of both, which swaps their bounds
    SELECT
        r.*,
        CASE WHEN den_haut < 0 THEN -num_haut ELSE num_bas END AS signe_bas,
        CASE WHEN den_haut < 0 THEN -num_bas ELSE num_haut END AS signe_haut,
        CASE WHEN den_haut < 0 THEN -den_haut ELSE den_bas END AS d_bas,
        CASE WHEN den_haut < 0 THEN -den_bas ELSE den_haut END AS d_haut,
        CASE WHEN relation_code = 'evolution' THEN 100 ELSE 0 END AS decalage,
        CASE WHEN relation_code IN ('evolution', 'part', 'rapport') THEN 1 ELSE 0 END AS quotient,
        CASE
            WHEN n_absents > 0 THEN 'terme_absent'
            WHEN den_bas <= 0 AND den_haut >= 0 THEN 'denominateur_nul'
        END AS motif
    FROM reunis r
),
divises AS (
    -- the denominator is now positive: the lowest quotient divides the lowest numerator by the
    -- highest denominator, or by the lowest one when that numerator is negative
    SELECT
        s.*,
        signe_bas * CASE WHEN signe_bas >= 0 THEN fois_bas ELSE fois_haut END AS n_bas,
        signe_haut * CASE WHEN signe_haut >= 0 THEN fois_haut ELSE fois_bas END AS n_haut,
        CASE WHEN signe_bas >= 0 THEN d_haut ELSE d_bas END AS d_de_n_bas,
        CASE WHEN signe_haut >= 0 THEN d_bas ELSE d_haut END AS d_de_n_haut
    FROM signes s
),
controles AS (
    SELECT
        relation_id,
        relation_code,
        figure_id,
        tableau_id,
        ligne_rang,
        colonne,
        libelle,
        fondement,
        source_file,
        source_line,
        cible,
        cible_bas,
        cible_haut,
        n_termes,
        somme,
        motif,
        CASE
            WHEN motif IS NOT NULL THEN NULL
            WHEN quotient = 1
                THEN CAST(num AS DOUBLE) * CAST(fois AS DOUBLE) / CAST(den AS DOUBLE) - decalage
            ELSE CAST(somme AS DOUBLE)
        END AS recalcul,
        CASE
            WHEN motif IS NOT NULL THEN NULL
            WHEN quotient = 1 THEN CAST(n_bas AS DOUBLE) / CAST(d_de_n_bas AS DOUBLE) - decalage
            ELSE CAST(somme_bas AS DOUBLE)
        END AS recalcul_bas,
        CASE
            WHEN motif IS NOT NULL THEN NULL
            WHEN quotient = 1 THEN CAST(n_haut AS DOUBLE) / CAST(d_de_n_haut AS DOUBLE) - decalage
            ELSE CAST(somme_haut AS DOUBLE)
        END AS recalcul_haut,
        CASE
            WHEN motif IS NOT NULL THEN 'non_controlable'
            WHEN relation_code = 'croissance_quantiles' AND cible >= somme THEN 'coherent'
            WHEN relation_code = 'somme'
                AND somme_bas <= cible_haut AND somme_haut >= cible_bas THEN 'coherent'
            -- two roundings of one number share more than a bound, 59 and 60 do not; an exact
            -- count is a point
            WHEN relation_code = 'meme_grandeur'
                AND somme_bas < cible_haut AND somme_haut > cible_bas THEN 'coherent'
            WHEN relation_code = 'meme_grandeur'
                AND (somme_bas = somme_haut OR cible_bas = cible_haut)
                AND somme_bas <= cible_haut AND somme_haut >= cible_bas THEN 'coherent'
            WHEN relation_code IN ('inclusion', 'ordre') AND somme_bas <= cible_haut THEN 'coherent'
            WHEN quotient = 1
                AND n_bas <= CAST(cible_haut + decalage AS DECIMAL(19, 6)) * d_de_n_bas
                AND n_haut >= CAST(cible_bas + decalage AS DECIMAL(19, 6)) * d_de_n_haut
                THEN 'coherent'
            ELSE 'incoherent'
        END AS verdict
    FROM divises
)
