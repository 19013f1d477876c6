-- Slots offered, whatever became of them, and slots seen free: how many, by whom, over what time.
WITH
-- include: creneaux_ventiles
groupes AS (
    SELECT
-- include: ventilation_creneaux
        count(*) AS creneaux_nb,
        count(*) FILTER (WHERE statut_code = 'libre') AS libres_nb,
        count(DISTINCT effecteur_id) AS effecteurs_nb,
        count(DISTINCT semaine_nb) AS semaines_nb,
        MIN(jour_local) AS premier_jour,
        MAX(jour_local) AS dernier_jour,
        MIN(instantane_utc) AS premier_instantane_utc,
        MAX(instantane_utc) AS dernier_instantane_utc
    FROM jours
    GROUP BY
-- include: ensembles_creneaux
),
par_jour AS (
    SELECT
        departement_code, cpts_code, profession_code, jour_nb, semaine_nb, mois_nb,
        count(*) AS creneaux_nb
    FROM jours
    GROUP BY departement_code, cpts_code, profession_code, jour_nb, semaine_nb, mois_nb
),
semaines AS (
    SELECT
-- include: territoire_profession
        SUM(creneaux_nb) AS creneaux_nb,
        count(DISTINCT jour_nb) AS jours_nb
    FROM par_jour
    GROUP BY
        GROUPING SETS (
            (semaine_nb),
            (semaine_nb, profession_code),
            (semaine_nb, departement_code),
            (semaine_nb, departement_code, profession_code),
            (semaine_nb, departement_code, cpts_code),
            (semaine_nb, departement_code, cpts_code, profession_code)
        )
),
mois AS (
    SELECT
-- include: territoire_profession
        count(DISTINCT mois_nb) AS mois_nb
    FROM par_jour
    GROUP BY
        GROUPING SETS (
            (),
            (profession_code),
            (departement_code),
            (departement_code, profession_code),
            (departement_code, cpts_code),
            (departement_code, cpts_code, profession_code)
        )
),
bornes AS (
    SELECT
        niveau_code,
        territoire_code,
        dimension_code,
        modalite_code,
        CAST(MIN(creneaux_nb) AS BIGINT) AS semaine_min_nb,
        CAST(MAX(creneaux_nb) AS BIGINT) AS semaine_max_nb,
        CAST(SUM(jours_nb) AS BIGINT) AS jours_nb
    FROM semaines
    GROUP BY niveau_code, territoire_code, dimension_code, modalite_code
)
SELECT
    g.niveau_code,
    g.territoire_code,
    g.dimension_code,
    g.modalite_code,
    CASE
        WHEN g.libres_nb = 0 THEN 'complet'
        WHEN g.libres_nb = g.creneaux_nb THEN 'libres'
        ELSE 'mixte'
    END AS releve_code,
    g.creneaux_nb,
    g.libres_nb,
    g.effecteurs_nb,
    g.semaines_nb,
    b.jours_nb,
    m.mois_nb,
    CAST(g.creneaux_nb AS DOUBLE) / (g.effecteurs_nb * g.semaines_nb) AS par_effecteur_semaine_nb,
    CAST(g.creneaux_nb AS DOUBLE) / b.jours_nb AS par_jour_nb,
    CAST(g.creneaux_nb AS DOUBLE) / g.semaines_nb AS par_semaine_nb,
    CAST(g.creneaux_nb AS DOUBLE) / m.mois_nb AS par_mois_nb,
    b.semaine_min_nb,
    b.semaine_max_nb,
    g.premier_jour,
    g.dernier_jour,
    g.premier_instantane_utc,
    g.dernier_instantane_utc
FROM groupes g
LEFT JOIN bornes b
    ON b.niveau_code = g.niveau_code
    AND b.territoire_code = g.territoire_code
    AND b.dimension_code = g.dimension_code
    AND b.modalite_code = g.modalite_code
LEFT JOIN mois m
    ON m.niveau_code = g.niveau_code
    AND m.territoire_code = g.territoire_code
    AND m.dimension_code = g.dimension_code
    AND m.modalite_code = g.modalite_code
WHERE g.creneaux_nb > 0
ORDER BY g.niveau_code, g.territoire_code, g.dimension_code, g.modalite_code
