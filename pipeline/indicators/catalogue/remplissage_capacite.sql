-- Referrals over capacity, where the platform bounds the number of patients; the others apart.
WITH evenements AS (
    SELECT
        *,
        COALESCE(cpts_id, concat('hors_cpts_', departement_code)) AS cpts_code,
        concat(LPAD(CAST(heure_locale AS STRING), 2, '0'), 'h') AS heure_code
    FROM capacites
),
-- include: jours
-- include: niveaux
dimensions AS (
    SELECT 'ensemble' AS dimension_code
    UNION ALL SELECT 'semaine'
    UNION ALL SELECT 'jour'
    UNION ALL SELECT 'heure'
    UNION ALL SELECT 'profession'
    UNION ALL SELECT 'type_capacite'
),
ventiles AS (
    SELECT
        n.niveau_code,
        CASE n.niveau_code
            WHEN 'cpts' THEN j.cpts_code
            WHEN 'departement' THEN j.departement_code
            ELSE 'ensemble'
        END AS territoire_code,
        d.dimension_code,
        CASE d.dimension_code
            WHEN 'semaine' THEN j.semaine_code
            WHEN 'jour' THEN j.jour_code
            WHEN 'heure' THEN j.heure_code
            WHEN 'profession' THEN j.profession_code
            WHEN 'type_capacite' THEN j.type_capacite_code
            ELSE 'ensemble'
        END AS modalite_code,
        j.effecteur_id,
        j.semaine_nb,
        j.illimite,
        j.capacite_nb,
        j.orientations_nb,
        j.complet
    FROM jours j
    CROSS JOIN dimensions d
    CROSS JOIN niveaux n
),
groupes AS (
    SELECT
        niveau_code,
        territoire_code,
        dimension_code,
        modalite_code,
        count(*) AS compteurs_nb,
        count(DISTINCT effecteur_id) AS effecteurs_nb,
        count(DISTINCT semaine_nb) AS semaines_nb,
        count(*) FILTER (WHERE NOT illimite) AS bornes_nb,
        COALESCE(SUM(capacite_nb) FILTER (WHERE NOT illimite), 0) AS capacite_nb,
        COALESCE(SUM(orientations_nb) FILTER (WHERE NOT illimite), 0) AS orientations_bornees_nb,
        count(*) FILTER (WHERE illimite) AS illimites_nb,
        COALESCE(SUM(orientations_nb) FILTER (WHERE illimite), 0) AS orientations_illimitees_nb,
        count(*) FILTER (WHERE complet) AS complets_nb
    FROM ventiles
    GROUP BY niveau_code, territoire_code, dimension_code, modalite_code
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
ORDER BY niveau_code, territoire_code, dimension_code, modalite_code
