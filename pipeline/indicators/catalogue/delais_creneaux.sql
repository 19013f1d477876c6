-- Hours from the offer of a slot to its booking, and from its booking to its start. Quantiles of type
-- 7; those of all slots together are read on counts by minute: equal lead times are held once,
-- however many slots share them.
WITH minutes AS (
    SELECT
        dimension_code,
        modalite_code,
        mesure_code,
        minutes_nb,
        SUM(prises_nb) AS prises_nb
    FROM creneaux_delais_minutes
    GROUP BY dimension_code, modalite_code, mesure_code, minutes_nb
),
-- A lead time holds the ranks from those of the shorter ones to its own last, counted from nought.
cumuls AS (
    SELECT
        m.*,
        SUM(prises_nb) OVER (
            PARTITION BY dimension_code, modalite_code, mesure_code
            ORDER BY minutes_nb ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
        ) AS jusque_nb,
        SUM(prises_nb) OVER (PARTITION BY dimension_code, modalite_code, mesure_code) - 1
            AS dernier_nb
    FROM minutes m
    WHERE minutes_nb IS NOT NULL
),
rangs AS (
    SELECT
        dimension_code,
        modalite_code,
        mesure_code,
        CAST(MAX(dernier_nb) AS DOUBLE) AS dernier_nb,
        MIN(CASE WHEN jusque_nb > FLOOR(dernier_nb * 0.25e0) THEN minutes_nb END) AS q1_bas_nb,
        MIN(CASE WHEN jusque_nb > CEIL(dernier_nb * 0.25e0) THEN minutes_nb END) AS q1_haut_nb,
        MIN(CASE WHEN jusque_nb > FLOOR(dernier_nb * 0.5e0) THEN minutes_nb END) AS q2_bas_nb,
        MIN(CASE WHEN jusque_nb > CEIL(dernier_nb * 0.5e0) THEN minutes_nb END) AS q2_haut_nb,
        MIN(CASE WHEN jusque_nb > FLOOR(dernier_nb * 0.75e0) THEN minutes_nb END) AS q3_bas_nb,
        MIN(CASE WHEN jusque_nb > CEIL(dernier_nb * 0.75e0) THEN minutes_nb END) AS q3_haut_nb
    FROM cumuls
    GROUP BY dimension_code, modalite_code, mesure_code
),
quantiles AS (
    SELECT
        dimension_code,
        modalite_code,
        mesure_code,
        q1_bas_nb + (dernier_nb * 0.25e0 - FLOOR(dernier_nb * 0.25e0)) * (q1_haut_nb - q1_bas_nb)
            AS q1_nb,
        q2_bas_nb + (dernier_nb * 0.5e0 - FLOOR(dernier_nb * 0.5e0)) * (q2_haut_nb - q2_bas_nb)
            AS mediane_nb,
        q3_bas_nb + (dernier_nb * 0.75e0 - FLOOR(dernier_nb * 0.75e0)) * (q3_haut_nb - q3_bas_nb)
            AS q3_nb
    FROM rangs
),
effectifs AS (
    SELECT
        dimension_code,
        modalite_code,
        CAST(SUM(CASE WHEN mesure_code = 'offre_prise' THEN prises_nb END) AS BIGINT) AS pris_nb,
        CAST(SUM(CASE WHEN mesure_code = 'offre_prise' AND minutes_nb IS NOT NULL
            THEN prises_nb ELSE 0 END) AS BIGINT) AS offre_prise_n_nb,
        CAST(SUM(CASE WHEN mesure_code = 'prise_debut' AND minutes_nb IS NOT NULL
            THEN prises_nb ELSE 0 END) AS BIGINT) AS prise_debut_n_nb
    FROM minutes
    GROUP BY dimension_code, modalite_code
),
reunis AS (
    SELECT
        'ensemble' AS niveau_code,
        'ensemble' AS territoire_code,
        e.dimension_code,
        e.modalite_code,
        e.pris_nb,
        e.offre_prise_n_nb,
        o.q1_nb AS offre_prise_q1_nb,
        o.mediane_nb AS offre_prise_mediane_nb,
        o.q3_nb AS offre_prise_q3_nb,
        e.prise_debut_n_nb,
        d.q1_nb AS prise_debut_q1_nb,
        d.mediane_nb AS prise_debut_mediane_nb,
        d.q3_nb AS prise_debut_q3_nb
    FROM effectifs e
    LEFT JOIN quantiles o
        ON o.dimension_code = e.dimension_code
        AND o.modalite_code = e.modalite_code
        AND o.mesure_code = 'offre_prise'
    LEFT JOIN quantiles d
        ON d.dimension_code = e.dimension_code
        AND d.modalite_code = e.modalite_code
        AND d.mesure_code = 'prise_debut'
    UNION ALL
    SELECT * FROM creneaux_delais_locaux
)
SELECT
    niveau_code,
    territoire_code,
    dimension_code,
    modalite_code,
    pris_nb,
    offre_prise_n_nb,
    offre_prise_q1_nb / 60e0 AS offre_prise_q1_h,
    offre_prise_mediane_nb / 60e0 AS offre_prise_mediane_h,
    offre_prise_q3_nb / 60e0 AS offre_prise_q3_h,
    prise_debut_n_nb,
    prise_debut_q1_nb / 60e0 AS prise_debut_q1_h,
    prise_debut_mediane_nb / 60e0 AS prise_debut_mediane_h,
    prise_debut_q3_nb / 60e0 AS prise_debut_q3_h,
    CASE WHEN offre_prise_n_nb > 0 OR prise_debut_n_nb > 0 THEN 'calcule' ELSE 'refuse' END
        AS statut_calcul,
    CASE WHEN offre_prise_n_nb = 0 AND prise_debut_n_nb = 0 THEN 'horodatage_absent' END
        AS motif_refus
FROM reunis
ORDER BY niveau_code, territoire_code, dimension_code, modalite_code
