-- After `minutes`: bookings counted by minute of each lead time. How many, and the quartiles of type 7
-- of each, as if every booking were listed: equal lead times are held once. Groups bear a number, which
-- is sorted faster than their names.
groupes AS (
    SELECT
        niveau_code,
        territoire_code,
        dimension_code,
        modalite_code,
        mesure_code,
        SUM(prises_nb) AS pris_nb,
        SUM(CASE WHEN minutes_nb IS NOT NULL THEN prises_nb ELSE 0 END) AS connus_nb,
        ROW_NUMBER() OVER (
            ORDER BY niveau_code, territoire_code, dimension_code, modalite_code, mesure_code
        ) AS groupe_nb
    FROM minutes
    GROUP BY niveau_code, territoire_code, dimension_code, modalite_code, mesure_code
),
-- A lead time holds the ranks from those of the shorter ones to its own last, counted from nought.
cumuls AS (
    SELECT
        g.groupe_nb,
        g.connus_nb - 1 AS dernier_nb,
        m.minutes_nb,
        SUM(m.prises_nb) OVER (
            PARTITION BY g.groupe_nb
            ORDER BY m.minutes_nb ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
        ) AS jusque_nb
    FROM minutes m
    JOIN groupes g
        ON g.niveau_code = m.niveau_code
        AND g.territoire_code = m.territoire_code
        AND g.dimension_code = m.dimension_code
        AND g.modalite_code = m.modalite_code
        AND g.mesure_code = m.mesure_code
    WHERE m.minutes_nb IS NOT NULL
),
rangs AS (
    SELECT
        groupe_nb,
        CAST(MAX(dernier_nb) AS DOUBLE) AS dernier_nb,
        MIN(CASE WHEN jusque_nb > FLOOR(dernier_nb * 0.25e0) THEN minutes_nb END) AS q1_bas_nb,
        MIN(CASE WHEN jusque_nb > CEIL(dernier_nb * 0.25e0) THEN minutes_nb END) AS q1_haut_nb,
        MIN(CASE WHEN jusque_nb > FLOOR(dernier_nb * 0.5e0) THEN minutes_nb END) AS q2_bas_nb,
        MIN(CASE WHEN jusque_nb > CEIL(dernier_nb * 0.5e0) THEN minutes_nb END) AS q2_haut_nb,
        MIN(CASE WHEN jusque_nb > FLOOR(dernier_nb * 0.75e0) THEN minutes_nb END) AS q3_bas_nb,
        MIN(CASE WHEN jusque_nb > CEIL(dernier_nb * 0.75e0) THEN minutes_nb END) AS q3_haut_nb
    FROM cumuls
    GROUP BY groupe_nb
),
quantiles AS (
    SELECT
        groupe_nb,
        q1_bas_nb + (dernier_nb * 0.25e0 - FLOOR(dernier_nb * 0.25e0)) * (q1_haut_nb - q1_bas_nb)
            AS q1_nb,
        q2_bas_nb + (dernier_nb * 0.5e0 - FLOOR(dernier_nb * 0.5e0)) * (q2_haut_nb - q2_bas_nb)
            AS mediane_nb,
        q3_bas_nb + (dernier_nb * 0.75e0 - FLOOR(dernier_nb * 0.75e0)) * (q3_haut_nb - q3_bas_nb)
            AS q3_nb
    FROM rangs
),
delais AS (
    SELECT
        g.niveau_code,
        g.territoire_code,
        g.dimension_code,
        g.modalite_code,
        CAST(MAX(g.pris_nb) AS BIGINT) AS pris_nb,
        CAST(MAX(CASE WHEN g.mesure_code = 'offre_prise' THEN g.connus_nb END) AS BIGINT)
            AS offre_prise_n_nb,
        MAX(CASE WHEN g.mesure_code = 'offre_prise' THEN q.q1_nb END) AS offre_prise_q1_nb,
        MAX(CASE WHEN g.mesure_code = 'offre_prise' THEN q.mediane_nb END)
            AS offre_prise_mediane_nb,
        MAX(CASE WHEN g.mesure_code = 'offre_prise' THEN q.q3_nb END) AS offre_prise_q3_nb,
        CAST(MAX(CASE WHEN g.mesure_code = 'prise_debut' THEN g.connus_nb END) AS BIGINT)
            AS prise_debut_n_nb,
        MAX(CASE WHEN g.mesure_code = 'prise_debut' THEN q.q1_nb END) AS prise_debut_q1_nb,
        MAX(CASE WHEN g.mesure_code = 'prise_debut' THEN q.mediane_nb END)
            AS prise_debut_mediane_nb,
        MAX(CASE WHEN g.mesure_code = 'prise_debut' THEN q.q3_nb END) AS prise_debut_q3_nb
    FROM groupes g
    LEFT JOIN quantiles q ON q.groupe_nb = g.groupe_nb
    GROUP BY g.niveau_code, g.territoire_code, g.dimension_code, g.modalite_code
)
