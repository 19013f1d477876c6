-- Hours from the offer of a slot to its booking, and from its booking to its start. Quantiles of type
-- 7, read on counts by minute: equal lead times are held once, however many slots share them.
WITH
-- include: creneaux_bruts
-- include: prises
mesurees AS (
    SELECT
        p.*,
        m.mesure_code,
        CASE m.mesure_code
            WHEN 'offre_prise' THEN offre_prise_minutes_nb ELSE preavis_minutes_nb
        END AS minutes_nb
    FROM prises p
    CROSS JOIN (SELECT 'offre_prise' AS mesure_code UNION ALL SELECT 'prise_debut') m
),
cellules AS (
    SELECT
        departement_code,
        cpts_code,
        mesure_code,
        minutes_nb,
        semaine_code,
-- include: dimension_creneaux
        count(*) AS prises_nb
    FROM mesurees
    GROUP BY GROUPING SETS (
        (departement_code, cpts_code, mesure_code, minutes_nb, semaine_code),
        (departement_code, cpts_code, mesure_code, minutes_nb, heure_code),
        (departement_code, cpts_code, mesure_code, minutes_nb, jour_code),
        (departement_code, cpts_code, mesure_code, minutes_nb, profession_code),
        (departement_code, cpts_code, mesure_code, minutes_nb, canal_code),
        (departement_code, cpts_code, mesure_code, minutes_nb, outil_code)
    )
),
ventiles AS (
    SELECT
        departement_code, cpts_code, mesure_code, minutes_nb, dimension_code, modalite_code,
        prises_nb
    FROM cellules
    UNION ALL
    SELECT
        departement_code, cpts_code, mesure_code, minutes_nb, 'semaine', semaine_code, prises_nb
    FROM cellules
    WHERE dimension_code = 'ensemble'
),
niveaux AS (
    SELECT
-- include: niveau_creneaux
        dimension_code,
        modalite_code,
        mesure_code,
        minutes_nb,
        CAST(SUM(prises_nb) AS BIGINT) AS prises_nb
    FROM ventiles
    GROUP BY GROUPING SETS (
        (cpts_code, dimension_code, modalite_code, mesure_code, minutes_nb),
        (departement_code, dimension_code, modalite_code, mesure_code, minutes_nb),
        (dimension_code, modalite_code, mesure_code, minutes_nb)
    )
),
-- A lead time holds the ranks from those of the shorter ones to its own last, counted from nought.
cumuls AS (
    SELECT
        n.*,
        SUM(prises_nb) OVER (
            PARTITION BY niveau_code, territoire_code, dimension_code, modalite_code, mesure_code
            ORDER BY minutes_nb ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
        ) AS jusque_nb,
        SUM(prises_nb) OVER (
            PARTITION BY niveau_code, territoire_code, dimension_code, modalite_code, mesure_code
        ) - 1 AS dernier_nb
    FROM niveaux n
    WHERE minutes_nb IS NOT NULL
),
rangs AS (
    SELECT
        niveau_code,
        territoire_code,
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
    GROUP BY niveau_code, territoire_code, dimension_code, modalite_code, mesure_code
),
quantiles AS (
    SELECT
        niveau_code,
        territoire_code,
        dimension_code,
        modalite_code,
        mesure_code,
        (q1_bas_nb + (dernier_nb * 0.25e0 - FLOOR(dernier_nb * 0.25e0)) * (q1_haut_nb - q1_bas_nb))
            / 60e0 AS q1_h,
        (q2_bas_nb + (dernier_nb * 0.5e0 - FLOOR(dernier_nb * 0.5e0)) * (q2_haut_nb - q2_bas_nb))
            / 60e0 AS mediane_h,
        (q3_bas_nb + (dernier_nb * 0.75e0 - FLOOR(dernier_nb * 0.75e0)) * (q3_haut_nb - q3_bas_nb))
            / 60e0 AS q3_h
    FROM rangs
),
groupes AS (
    SELECT
        niveau_code,
        territoire_code,
        dimension_code,
        modalite_code,
        CAST(SUM(CASE WHEN mesure_code = 'offre_prise' THEN prises_nb END) AS BIGINT) AS pris_nb,
        CAST(SUM(CASE WHEN mesure_code = 'offre_prise' AND minutes_nb IS NOT NULL
            THEN prises_nb ELSE 0 END) AS BIGINT) AS offre_prise_n_nb,
        CAST(SUM(CASE WHEN mesure_code = 'prise_debut' AND minutes_nb IS NOT NULL
            THEN prises_nb ELSE 0 END) AS BIGINT) AS prise_debut_n_nb
    FROM niveaux
    GROUP BY niveau_code, territoire_code, dimension_code, modalite_code
),
reunis AS (
    SELECT
        g.*,
        o.q1_h AS offre_prise_q1_h,
        o.mediane_h AS offre_prise_mediane_h,
        o.q3_h AS offre_prise_q3_h,
        d.q1_h AS prise_debut_q1_h,
        d.mediane_h AS prise_debut_mediane_h,
        d.q3_h AS prise_debut_q3_h
    FROM groupes g
    LEFT JOIN quantiles o
        ON o.niveau_code = g.niveau_code
        AND o.territoire_code = g.territoire_code
        AND o.dimension_code = g.dimension_code
        AND o.modalite_code = g.modalite_code
        AND o.mesure_code = 'offre_prise'
    LEFT JOIN quantiles d
        ON d.niveau_code = g.niveau_code
        AND d.territoire_code = g.territoire_code
        AND d.dimension_code = g.dimension_code
        AND d.modalite_code = g.modalite_code
        AND d.mesure_code = 'prise_debut'
)
SELECT
    niveau_code,
    territoire_code,
    dimension_code,
    modalite_code,
    pris_nb,
    offre_prise_n_nb,
    offre_prise_q1_h,
    offre_prise_mediane_h,
    offre_prise_q3_h,
    prise_debut_n_nb,
    prise_debut_q1_h,
    prise_debut_mediane_h,
    prise_debut_q3_h,
    CASE WHEN offre_prise_n_nb > 0 OR prise_debut_n_nb > 0 THEN 'calcule' ELSE 'refuse' END
        AS statut_calcul,
    CASE WHEN offre_prise_n_nb = 0 AND prise_debut_n_nb = 0 THEN 'horodatage_absent' END
        AS motif_refus
FROM reunis
ORDER BY niveau_code, territoire_code, dimension_code, modalite_code
