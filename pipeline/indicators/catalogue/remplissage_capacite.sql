-- Referrals over capacity, where the platform bounds the number of patients; the others apart.
WITH evenements AS (
    SELECT
        *,
        COALESCE(cpts_id, concat('hors_cpts_', departement_code)) AS cpts_code,
        concat(LPAD(CAST(heure_locale AS STRING), 2, '0'), 'h') AS heure_code
    FROM capacites
),
-- include: jours
groupes AS (
    SELECT
        CASE
            WHEN GROUPING(cpts_code) = 0 THEN 'cpts'
            WHEN GROUPING(departement_code) = 0 THEN 'departement'
            ELSE 'ensemble'
        END AS niveau_code,
        CASE
            WHEN GROUPING(cpts_code) = 0 THEN cpts_code
            WHEN GROUPING(departement_code) = 0 THEN departement_code
            ELSE 'ensemble'
        END AS territoire_code,
        CASE
            WHEN GROUPING(semaine_code) = 0 THEN 'semaine'
            WHEN GROUPING(jour_code) = 0 THEN 'jour'
            WHEN GROUPING(heure_code) = 0 THEN 'heure'
            WHEN GROUPING(profession_code) = 0 THEN 'profession'
            WHEN GROUPING(type_capacite_code) = 0 THEN 'type_capacite'
            ELSE 'ensemble'
        END AS dimension_code,
        CASE
            WHEN GROUPING(semaine_code) = 0 THEN semaine_code
            WHEN GROUPING(jour_code) = 0 THEN jour_code
            WHEN GROUPING(heure_code) = 0 THEN heure_code
            WHEN GROUPING(profession_code) = 0 THEN profession_code
            WHEN GROUPING(type_capacite_code) = 0 THEN type_capacite_code
            ELSE 'ensemble'
        END AS modalite_code,
        count(*) AS compteurs_nb,
        count(DISTINCT effecteur_id) AS effecteurs_nb,
        count(DISTINCT semaine_nb) AS semaines_nb,
        count(*) FILTER (WHERE NOT illimite) AS bornes_nb,
        COALESCE(SUM(capacite_nb) FILTER (WHERE NOT illimite), 0) AS capacite_nb,
        COALESCE(SUM(orientations_nb) FILTER (WHERE NOT illimite), 0) AS orientations_bornees_nb,
        count(*) FILTER (WHERE illimite) AS illimites_nb,
        COALESCE(SUM(orientations_nb) FILTER (WHERE illimite), 0) AS orientations_illimitees_nb,
        count(*) FILTER (WHERE complet) AS complets_nb
    FROM jours
    GROUP BY
        GROUPING SETS (
            (),
            (semaine_code),
            (jour_code),
            (heure_code),
            (profession_code),
            (type_capacite_code),
            (departement_code),
            (departement_code, semaine_code),
            (departement_code, jour_code),
            (departement_code, heure_code),
            (departement_code, profession_code),
            (departement_code, type_capacite_code),
            (departement_code, cpts_code),
            (departement_code, cpts_code, semaine_code),
            (departement_code, cpts_code, jour_code),
            (departement_code, cpts_code, heure_code),
            (departement_code, cpts_code, profession_code),
            (departement_code, cpts_code, type_capacite_code)
        )
)
SELECT
    niveau_code,
    territoire_code,
    dimension_code,
    modalite_code,
    compteurs_nb,
    effecteurs_nb,
    semaines_nb,
    bornes_nb,
    CAST(capacite_nb AS BIGINT) AS capacite_nb,
    CAST(orientations_bornees_nb AS BIGINT) AS orientations_bornees_nb,
    illimites_nb,
    CAST(orientations_illimitees_nb AS BIGINT) AS orientations_illimitees_nb,
    complets_nb,
    CASE WHEN bornes_nb > 0 THEN 100e0 * orientations_bornees_nb / capacite_nb END
        AS taux_capacite_pct,
    CASE WHEN bornes_nb > 0 THEN 'calcule' ELSE 'refuse' END AS statut_calcul,
    CASE WHEN bornes_nb = 0 THEN 'capacite_sans_borne' END AS motif_refus
FROM groupes
WHERE compteurs_nb > 0
ORDER BY niveau_code, territoire_code, dimension_code, modalite_code
