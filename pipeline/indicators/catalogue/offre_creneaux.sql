-- Slots offered, whatever became of them, and slots seen free: how many, by whom, over what time.
WITH
-- include: creneaux_ventiles
groupes AS (
    SELECT
        niveau_code,
        territoire_code,
        dimension_code,
        modalite_code,
        count(*) AS creneaux_nb,
        count(*) FILTER (WHERE statut_code = 'libre') AS libres_nb,
        count(DISTINCT effecteur_id) AS effecteurs_nb,
        count(DISTINCT jour_nb) AS jours_nb,
        count(DISTINCT mois_nb) AS mois_nb,
        MIN(jour_local) AS premier_jour,
        MAX(jour_local) AS dernier_jour,
        MIN(instantane_utc) AS premier_instantane_utc,
        MAX(instantane_utc) AS dernier_instantane_utc
    FROM ventiles
    GROUP BY niveau_code, territoire_code, dimension_code, modalite_code
),
par_semaine AS (
    SELECT niveau_code, territoire_code, dimension_code, modalite_code, semaine_nb, count(*) AS creneaux_nb
    FROM ventiles
    GROUP BY niveau_code, territoire_code, dimension_code, modalite_code, semaine_nb
),
semaines AS (
    SELECT
        niveau_code,
        territoire_code,
        dimension_code,
        modalite_code,
        count(*) AS semaines_nb,
        MIN(creneaux_nb) AS semaine_min_nb,
        MAX(creneaux_nb) AS semaine_max_nb
    FROM par_semaine
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
    s.semaines_nb,
    g.jours_nb,
    g.mois_nb,
    CAST(g.creneaux_nb AS DOUBLE) / (g.effecteurs_nb * s.semaines_nb) AS par_effecteur_semaine_nb,
    CAST(g.creneaux_nb AS DOUBLE) / g.jours_nb AS par_jour_nb,
    CAST(g.creneaux_nb AS DOUBLE) / s.semaines_nb AS par_semaine_nb,
    CAST(g.creneaux_nb AS DOUBLE) / g.mois_nb AS par_mois_nb,
    s.semaine_min_nb,
    s.semaine_max_nb,
    g.premier_jour,
    g.dernier_jour,
    g.premier_instantane_utc,
    g.dernier_instantane_utc
FROM groupes g
JOIN semaines s
    ON s.niveau_code = g.niveau_code
    AND s.territoire_code = g.territoire_code
    AND s.dimension_code = g.dimension_code
    AND s.modalite_code = g.modalite_code
ORDER BY g.niveau_code, g.territoire_code, g.dimension_code, g.modalite_code
