-- Slots and what became of them, counted by territory and breakdown; with days, weeks, months and
-- providers, worked out apart since they do not add up.
WITH ventiles AS (
    SELECT * FROM creneaux_comptes
    UNION ALL
    SELECT
        departement_code, cpts_code, 'ensemble', 'ensemble', creneaux_nb,
        pourvus_nb, honores_nb, absents_nb, annules_nb, rendus_nb, non_pris_nb, libres_nb,
        flux_libres_nb, premier_jour, dernier_jour, premier_instantane_utc,
        dernier_instantane_utc
    FROM creneaux_comptes
    WHERE dimension_code = 'semaine'
),
niveaux AS (
    SELECT
-- include: niveau_creneaux
        dimension_code,
        modalite_code,
        CAST(SUM(creneaux_nb) AS BIGINT) AS creneaux_nb,
        CAST(SUM(pourvus_nb) AS BIGINT) AS pourvus_nb,
        CAST(SUM(honores_nb) AS BIGINT) AS honores_nb,
        CAST(SUM(absents_nb) AS BIGINT) AS absents_nb,
        CAST(SUM(annules_nb) AS BIGINT) AS annules_nb,
        CAST(SUM(rendus_nb) AS BIGINT) AS rendus_nb,
        CAST(SUM(non_pris_nb) AS BIGINT) AS non_pris_nb,
        CAST(SUM(libres_nb) AS BIGINT) AS libres_nb,
        CAST(SUM(flux_libres_nb) AS BIGINT) AS flux_libres_nb,
        MIN(premier_jour) AS premier_jour,
        MAX(dernier_jour) AS dernier_jour,
        MIN(premier_instantane_utc) AS premier_instantane_utc,
        MAX(dernier_instantane_utc) AS dernier_instantane_utc
    FROM ventiles
    GROUP BY GROUPING SETS (
        (cpts_code, dimension_code, modalite_code),
        (departement_code, dimension_code, modalite_code),
        (dimension_code, modalite_code)
    )
)
SELECT
    n.*,
    c.jours_nb,
    c.semaines_nb,
    c.mois_nb,
    c.semaine_min_nb,
    c.semaine_max_nb,
    e.effecteurs_nb,
    e.effecteurs_pris_nb
FROM niveaux n
JOIN creneaux_calendrier c
    ON c.niveau_code = n.niveau_code
    AND c.territoire_code = n.territoire_code
    AND c.dimension_code = n.dimension_code
    AND c.modalite_code = n.modalite_code
JOIN creneaux_effecteurs e
    ON e.niveau_code = n.niveau_code
    AND e.territoire_code = n.territoire_code
    AND e.dimension_code = n.dimension_code
    AND e.modalite_code = n.modalite_code
ORDER BY n.niveau_code, n.territoire_code, n.dimension_code, n.modalite_code
