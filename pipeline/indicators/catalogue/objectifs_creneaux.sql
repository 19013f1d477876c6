-- Does a CPTS keep the commitment its own sheet prints? Period by period, public holidays left out.
WITH
-- include: entiers
-- include: jours_feries
engagements AS (
    SELECT
        p.creneaux_id,
        p.dispositif_id,
        d.cpts_id,
        d.profession_code,
        p.nature_code,
        p.par_code,
        p.periode_code,
        p.offerts_min_nb AS minimum_nb,
        p.offerts_max_nb AS maximum_nb
    FROM creneaux_publies p
    JOIN dispositifs d ON d.dispositif_id = p.dispositif_id
    WHERE
        d.perimetre_code = 'inventaire_pdl_2025'
        AND p.nature_code IN ('engagement', 'objectif', 'indicatif')
),
evenements AS (
    SELECT
        e.creneaux_id,
        e.par_code,
        e.periode_code,
        c.effecteur_id,
        c.jour_local,
        CASE WHEN c.heure_locale < {{mi_journee_heure}} THEN 0 ELSE 1 END AS demi_nb
    FROM engagements e
    JOIN creneaux c ON c.cpts_id = e.cpts_id
    WHERE
        e.profession_code IN (c.profession_code, 'non_precise')
        OR (e.profession_code = 'medecin' AND c.profession_code = 'medecin_generaliste')
),
-- include: jours
entites AS (
    SELECT
        creneaux_id,
        periode_code,
        CASE WHEN par_code = 'professionnel' THEN effecteur_id ELSE 0 END AS entite_id,
        CASE periode_code
            WHEN 'demi_journee' THEN 2 * jour_nb + demi_nb
            WHEN 'jour' THEN jour_nb
            WHEN 'semaine' THEN semaine_nb
            WHEN 'mois' THEN mois_nb
        END AS periode_nb,
        jour_nb,
        jour_semaine_nb,
        demi_nb
    FROM jours
),
etendues AS (
    SELECT
        creneaux_id,
        periode_code,
        entite_id,
        count(*) AS creneaux_nb,
        MIN(periode_nb) AS premiere_nb,
        MAX(periode_nb) AS derniere_nb,
        MIN(jour_nb) AS premier_jour_nb,
        MAX(jour_nb) AS dernier_jour_nb
    FROM entites
    GROUP BY creneaux_id, periode_code, entite_id
),
heures_imprimees AS (
    SELECT
        dispositif_id,
        CASE jour_code
            WHEN 'lundi' THEN 1
            WHEN 'mardi' THEN 2
            WHEN 'mercredi' THEN 3
            WHEN 'jeudi' THEN 4
            WHEN 'vendredi' THEN 5
            WHEN 'samedi' THEN 6
            WHEN 'dimanche' THEN 7
        END AS jour_semaine_nb,
        CAST(SUBSTRING(heure_debut, 1, 2) AS INTEGER) < {{mi_journee_heure}} AS le_matin,
        60 * CAST(SUBSTRING(heure_fin, 1, 2) AS INTEGER)
        + CAST(SUBSTRING(heure_fin, 4, 2) AS INTEGER) > 60 * {{mi_journee_heure}} AS l_apres_midi
    FROM dispositif_horaires
    WHERE objet_code = 'effection' AND jour_code <> 'jour_ferie'
),
ouvertures_imprimees AS (
    SELECT dispositif_id, jour_semaine_nb, 0 AS demi_nb FROM heures_imprimees WHERE le_matin
    UNION
    SELECT dispositif_id, jour_semaine_nb, 1 FROM heures_imprimees WHERE l_apres_midi
),
ouvertures AS (
    SELECT e.creneaux_id, o.jour_semaine_nb, o.demi_nb
    FROM engagements e
    JOIN ouvertures_imprimees o ON o.dispositif_id = e.dispositif_id
    UNION
    SELECT n.creneaux_id, n.jour_semaine_nb, n.demi_nb
    FROM entites n
    JOIN engagements e ON e.creneaux_id = n.creneaux_id
    WHERE e.dispositif_id NOT IN (SELECT dispositif_id FROM ouvertures_imprimees)
),
jours_couverts AS (
    SELECT
        t.creneaux_id,
        t.periode_code,
        t.entite_id,
        t.premier_jour_nb + n.n AS jour_nb,
        MOD(t.premier_jour_nb + n.n, 7) + 1 AS jour_semaine_nb
    FROM etendues t
    JOIN entiers n ON n.n <= t.dernier_jour_nb - t.premier_jour_nb
    WHERE t.periode_code IN ('jour', 'demi_journee')
),
jours_ouvres AS (
    SELECT c.*
    FROM jours_couverts c
    LEFT JOIN jours_feries f ON f.jour_nb = c.jour_nb
    WHERE f.jour_nb IS NULL
),
demi_journees AS (
    SELECT DISTINCT
        j.creneaux_id,
        j.entite_id,
        CASE WHEN j.periode_code = 'jour' THEN j.jour_nb ELSE 2 * j.jour_nb + o.demi_nb END
            AS periode_nb
    FROM jours_ouvres j
    JOIN ouvertures o
        ON o.creneaux_id = j.creneaux_id AND o.jour_semaine_nb = j.jour_semaine_nb
),
attendues AS (
    SELECT creneaux_id, entite_id, periode_nb FROM demi_journees
    UNION ALL
    SELECT t.creneaux_id, t.entite_id, t.premiere_nb + n.n
    FROM etendues t
    JOIN entiers n ON n.n <= t.derniere_nb - t.premiere_nb
    WHERE t.periode_code IN ('semaine', 'mois')
),
comptees AS (
    SELECT creneaux_id, entite_id, periode_nb, count(*) AS creneaux_nb
    FROM entites
    GROUP BY creneaux_id, entite_id, periode_nb
),
bilans AS (
    SELECT
        a.creneaux_id,
        count(DISTINCT a.entite_id) AS entites_nb,
        count(*) AS periodes_nb,
        count(*) FILTER (WHERE COALESCE(c.creneaux_nb, 0) >= e.minimum_nb) AS periodes_tenues_nb,
        CAST(SUM(COALESCE(c.creneaux_nb, 0)) AS BIGINT) AS creneaux_nb
    FROM attendues a
    JOIN engagements e ON e.creneaux_id = a.creneaux_id
    LEFT JOIN comptees c
        ON c.creneaux_id = a.creneaux_id
        AND c.entite_id = a.entite_id
        AND c.periode_nb = a.periode_nb
    GROUP BY a.creneaux_id
),
juges AS (
    SELECT
        e.*,
        b.entites_nb,
        b.periodes_nb,
        b.periodes_tenues_nb,
        b.creneaux_nb,
        CASE
            WHEN e.minimum_nb IS NULL THEN 'sans_nombre_creneaux'
            WHEN e.par_code NOT IN ('cpts', 'professionnel') THEN 'hors_territoire'
            WHEN e.periode_code NOT IN ('demi_journee', 'jour', 'semaine', 'mois')
                THEN 'periode_absente'
            WHEN b.periodes_nb IS NULL THEN 'aucun_creneau'
        END AS motif_refus
    FROM engagements e
    LEFT JOIN bilans b ON b.creneaux_id = e.creneaux_id
)
SELECT
    creneaux_id,
    cpts_id,
    profession_code,
    nature_code,
    par_code,
    periode_code,
    minimum_nb,
    maximum_nb,
    entites_nb,
    creneaux_nb,
    periodes_nb,
    periodes_tenues_nb,
    CASE WHEN motif_refus IS NULL THEN CAST(creneaux_nb AS DOUBLE) / periodes_nb END
        AS par_periode_nb,
    CASE WHEN motif_refus IS NULL THEN 100e0 * periodes_tenues_nb / periodes_nb END
        AS part_tenue_pct,
    CASE WHEN motif_refus IS NULL
        THEN 100e0 * periodes_tenues_nb >= {{objectif_periodes_min_pct}} * periodes_nb
    END AS objectif_tenu,
    CASE WHEN motif_refus IS NULL THEN 'calcule' ELSE 'refuse' END AS statut_calcul,
    motif_refus
FROM juges
UNION ALL
SELECT
    concat(c.cpts_id, '-sans-engagement'),
    c.cpts_id,
    NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
    'refuse',
    'engagement_absent'
FROM cpts c
WHERE
    c.perimetre_code = 'inventaire_pdl_2025'
    AND NOT EXISTS (SELECT 1 FROM engagements e WHERE e.cpts_id = c.cpts_id)
ORDER BY creneaux_id
