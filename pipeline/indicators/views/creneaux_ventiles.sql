-- Slots and what became of them, counted by territory and breakdown. Counted first by CPTS, once for
-- each breakdown: what follows works on counts, so that levels and breakdowns do not multiply slots.
WITH
-- include: creneaux_bruts
cellules AS (
    SELECT
        departement_code,
        cpts_code,
        semaine_code,
-- include: dimension_creneaux
        count(*) AS creneaux_nb,
        SUM(pourvu_nb) AS pourvus_nb,
        count(CASE WHEN statut_code = 'honore' THEN 1 END) AS honores_nb,
        count(CASE WHEN statut_code = 'absent' THEN 1 END) AS absents_nb,
        count(CASE WHEN statut_code = 'annule' THEN 1 END) AS annules_nb,
        count(CASE WHEN statut_code = 'rendu' THEN 1 END) AS rendus_nb,
        count(CASE WHEN statut_code = 'non_pris' THEN 1 END) AS non_pris_nb,
        count(CASE WHEN statut_code = 'libre' THEN 1 END) AS libres_nb,
        count(CASE WHEN agregateur_code NOT IN ('agenda', 'plateforme') THEN 1 END)
            AS flux_libres_nb,
        MIN(jour_local) AS premier_jour,
        MAX(jour_local) AS dernier_jour,
        MIN(instantane_utc) AS premier_instantane_utc,
        MAX(instantane_utc) AS dernier_instantane_utc
    FROM bruts
    GROUP BY GROUPING SETS (
        (departement_code, cpts_code, semaine_code),
        (departement_code, cpts_code, heure_code),
        (departement_code, cpts_code, jour_code),
        (departement_code, cpts_code, profession_code),
        (departement_code, cpts_code, canal_code),
        (departement_code, cpts_code, outil_code)
    )
),
ventiles AS (
    SELECT * FROM cellules
    UNION ALL
    SELECT
        departement_code, cpts_code, semaine_code, 'semaine', semaine_code, creneaux_nb,
        pourvus_nb, honores_nb, absents_nb, annules_nb, rendus_nb, non_pris_nb, libres_nb,
        flux_libres_nb, premier_jour, dernier_jour, premier_instantane_utc,
        dernier_instantane_utc
    FROM cellules
    WHERE dimension_code = 'ensemble'
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
