-- How unequally the providers of a CPTS share its slots: Gini index and share of the first.
WITH efforts AS (
    SELECT
        COALESCE(cpts_id, concat('hors_cpts_', departement_code)) AS territoire_code,
        profession_code,
        effecteur_id,
        count(*) AS creneaux_nb
    FROM creneaux
    GROUP BY
        COALESCE(cpts_id, concat('hors_cpts_', departement_code)),
        profession_code,
        effecteur_id
),
ranges AS (
    SELECT
        e.*,
        ROW_NUMBER() OVER (
            PARTITION BY territoire_code, profession_code
            ORDER BY creneaux_nb, effecteur_id
        ) AS rang_nb,
        count(*) OVER (PARTITION BY territoire_code, profession_code) AS n_nb
    FROM efforts e
),
sommes AS (
    SELECT
        territoire_code,
        profession_code,
        CAST(MAX(n_nb) AS BIGINT) AS effecteurs_nb,
        CAST(SUM(creneaux_nb) AS BIGINT) AS creneaux_nb,
        CAST(SUM(rang_nb * creneaux_nb) AS BIGINT) AS rangs_nb,
        CAST(MIN(creneaux_nb) AS BIGINT) AS effecteur_min_nb,
        CAST(MAX(creneaux_nb) AS BIGINT) AS effecteur_max_nb,
        CAST(CEIL(MAX(n_nb) * {{concentration_part_pct}} / 100e0) AS BIGINT) AS premiers_nb,
        CAST(
            SUM(creneaux_nb) FILTER (
                WHERE rang_nb > n_nb - CEIL(n_nb * {{concentration_part_pct}} / 100e0)
            ) AS BIGINT
        ) AS creneaux_premiers_nb
    FROM ranges
    GROUP BY territoire_code, profession_code
)
SELECT
    territoire_code,
    profession_code,
    effecteurs_nb,
    creneaux_nb,
    CASE WHEN effecteurs_nb >= {{concentration_effecteurs_min}} THEN effecteur_min_nb END
        AS effecteur_min_nb,
    CASE WHEN effecteurs_nb >= {{concentration_effecteurs_min}} THEN effecteur_max_nb END
        AS effecteur_max_nb,
    CASE WHEN effecteurs_nb >= {{concentration_effecteurs_min}}
        THEN 200e0 * rangs_nb / (effecteurs_nb * CAST(creneaux_nb AS DOUBLE))
            - 100 * (effecteurs_nb + 1e0) / effecteurs_nb
    END AS gini_pct,
    CASE WHEN effecteurs_nb >= {{concentration_effecteurs_min}} THEN premiers_nb END
        AS premiers_nb,
    CASE WHEN effecteurs_nb >= {{concentration_effecteurs_min}}
        THEN 100e0 * creneaux_premiers_nb / creneaux_nb
    END AS part_premiers_pct,
    CASE WHEN effecteurs_nb >= {{concentration_effecteurs_min}} THEN 'calcule' ELSE 'refuse' END
        AS statut_calcul,
    CASE WHEN effecteurs_nb < {{concentration_effecteurs_min}} THEN 'effecteurs_trop_peu' END
        AS motif_refus
FROM sommes
ORDER BY territoire_code, profession_code
