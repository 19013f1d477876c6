-- Slots and what became of them, counted by department and CPTS, for each breakdown.
WITH
-- include: creneaux_bruts
cellules AS (
    SELECT
        departement_code,
        cpts_code,
-- include: dimension_creneaux
        statut_code,
        agregateur_code,
        count(*) AS creneaux_nb,
        SUM(pourvu_nb) AS pourvus_nb,
        MIN(jour_local) AS premier_jour,
        MAX(jour_local) AS dernier_jour,
        MIN(instantane_utc) AS premier_instantane_utc,
        MAX(instantane_utc) AS dernier_instantane_utc
    FROM bruts
    GROUP BY GROUPING SETS (
        (departement_code, cpts_code, statut_code, agregateur_code, semaine_code),
        (departement_code, cpts_code, statut_code, agregateur_code, heure_locale),
        (departement_code, cpts_code, statut_code, agregateur_code, jour_code),
        (departement_code, cpts_code, statut_code, agregateur_code, profession_code),
        (departement_code, cpts_code, statut_code, agregateur_code, canal_code),
        (departement_code, cpts_code, statut_code, agregateur_code, outil_code)
    )
)
SELECT
    departement_code,
    cpts_code,
    dimension_code,
    modalite_code,
    CAST(SUM(creneaux_nb) AS BIGINT) AS creneaux_nb,
    CAST(SUM(pourvus_nb) AS BIGINT) AS pourvus_nb,
    CAST(SUM(CASE WHEN statut_code = 'honore' THEN creneaux_nb ELSE 0 END) AS BIGINT)
        AS honores_nb,
    CAST(SUM(CASE WHEN statut_code = 'absent' THEN creneaux_nb ELSE 0 END) AS BIGINT)
        AS absents_nb,
    CAST(SUM(CASE WHEN statut_code = 'annule' THEN creneaux_nb ELSE 0 END) AS BIGINT)
        AS annules_nb,
    CAST(SUM(CASE WHEN statut_code = 'rendu' THEN creneaux_nb ELSE 0 END) AS BIGINT) AS rendus_nb,
    CAST(SUM(CASE WHEN statut_code = 'non_pris' THEN creneaux_nb ELSE 0 END) AS BIGINT)
        AS non_pris_nb,
    CAST(SUM(CASE WHEN statut_code = 'libre' THEN creneaux_nb ELSE 0 END) AS BIGINT) AS libres_nb,
    CAST(
        SUM(
            CASE WHEN agregateur_code NOT IN ('agenda', 'plateforme') THEN creneaux_nb ELSE 0 END
        ) AS BIGINT
    ) AS flux_libres_nb,
    MIN(premier_jour) AS premier_jour,
    MAX(dernier_jour) AS dernier_jour,
    MIN(premier_instantane_utc) AS premier_instantane_utc,
    MAX(dernier_instantane_utc) AS dernier_instantane_utc
FROM cellules
GROUP BY departement_code, cpts_code, dimension_code, modalite_code
ORDER BY departement_code, cpts_code, dimension_code, modalite_code
