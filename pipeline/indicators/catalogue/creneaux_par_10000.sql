-- Slots offered by week for 10 000 inhabitants, for every CPTS of the inventory and department.
WITH offre AS (
    SELECT
        territoire_code AS cpts_id,
        creneaux_nb,
        effecteurs_nb,
        semaines_nb
    FROM creneaux_ventiles
    WHERE
        niveau_code = 'cpts'
        AND dimension_code = 'ensemble'
        AND territoire_code NOT LIKE 'hors_cpts_%'
),
communautes AS (
    SELECT
        COALESCE(c.cpts_id, o.cpts_id) AS cpts_id,
        c.departement_code,
        c.population_nb,
        COALESCE(c.population_approx, false) AS approchee,
        o.creneaux_nb,
        o.effecteurs_nb,
        o.semaines_nb,
        CAST(o.creneaux_nb AS DOUBLE) / o.semaines_nb AS par_semaine_nb
    FROM (SELECT * FROM cpts WHERE perimetre_code = 'inventaire_pdl_2025') c
    FULL OUTER JOIN offre o ON o.cpts_id = c.cpts_id
),
lignes AS (
    SELECT
        'cpts' AS niveau_code,
        cpts_id AS territoire_code,
        CASE WHEN creneaux_nb IS NULL THEN 0 ELSE 1 END AS n_cpts_nb,
        creneaux_nb,
        effecteurs_nb,
        semaines_nb,
        population_nb,
        approchee AS population_approx,
        par_semaine_nb,
        CASE
            WHEN creneaux_nb IS NULL THEN 'aucun_creneau'
            WHEN population_nb IS NULL THEN 'population_absente'
        END AS motif_refus
    FROM communautes
    UNION ALL
    SELECT
        'departement',
        departement_code,
        count(creneaux_nb),
        SUM(creneaux_nb),
        SUM(effecteurs_nb),
        MAX(semaines_nb),
        SUM(population_nb) FILTER (WHERE creneaux_nb IS NOT NULL),
        COALESCE(
            SUM(CASE WHEN approchee THEN 1 ELSE 0 END) FILTER (WHERE creneaux_nb IS NOT NULL), 0
        ) > 0,
        CAST(SUM(CAST(par_semaine_nb AS DECIMAL(18, 9))) AS DOUBLE),
        CASE
            WHEN count(creneaux_nb) = 0 THEN 'aucun_creneau'
            WHEN count(*) FILTER (WHERE creneaux_nb IS NOT NULL AND population_nb IS NULL) > 0
                THEN 'population_absente'
        END
    FROM communautes
    WHERE departement_code IS NOT NULL
    GROUP BY departement_code
)
SELECT
    niveau_code,
    territoire_code,
    n_cpts_nb,
    CAST(creneaux_nb AS BIGINT) AS creneaux_nb,
    CAST(effecteurs_nb AS BIGINT) AS effecteurs_nb,
    CAST(semaines_nb AS BIGINT) AS semaines_nb,
    CAST(population_nb AS BIGINT) AS population_nb,
    population_approx,
    par_semaine_nb,
    CASE WHEN motif_refus IS NULL THEN 10000 * par_semaine_nb / population_nb END
        AS par_10000_semaine_nb,
    CASE WHEN motif_refus IS NULL THEN 'calcule' ELSE 'refuse' END AS statut_calcul,
    motif_refus
FROM lignes
ORDER BY niveau_code, territoire_code
