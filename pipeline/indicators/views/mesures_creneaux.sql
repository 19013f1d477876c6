-- Slots of the feed by week with an offer, for 10 000 inhabitants: offered, and filled where the feed
-- says what became of every slot. A department or a region adds the weekly rates of its CPTS, for
-- each was followed over its own weeks. Counters of the national platform count patients, not slots.
-- Counted by day first: weeks are worked out on days, however many slots there are.
WITH evenements AS (
    SELECT
        departement_code,
        cpts_id,
        jour_local,
        COUNT(*) AS offerts_nb,
        SUM(pourvu_nb) AS pourvus_nb,
        COUNT(*) FILTER (WHERE statut_code = 'libre'
            OR agregateur_code NOT IN ('agenda', 'plateforme')) AS inconnus_nb,
        COUNT(*) FILTER (WHERE origin = 'synthetic') AS fabriques_nb,
        COUNT(*) FILTER (WHERE origin <> 'real') AS non_reels_nb
    FROM creneaux
    GROUP BY departement_code, cpts_id, jour_local
),
-- include: jours
groupes AS (
    SELECT
        departement_code,
        cpts_id,
        GROUPING(departement_code) = 1 AS cpts_entiere,
        SUM(offerts_nb) AS offerts_nb,
        SUM(pourvus_nb) AS pourvus_nb,
        SUM(inconnus_nb) AS inconnus_nb,
        COUNT(DISTINCT semaine_nb) AS semaines_nb,
        MIN(an_nb) AS annee_min,
        MAX(an_nb) AS annee_max,
        SUM(fabriques_nb) AS fabriques_nb,
        SUM(non_reels_nb) AS non_reels_nb
    FROM jours
    GROUP BY GROUPING SETS ((departement_code, cpts_id), (cpts_id))
),
territoires AS (
    SELECT
        l.territoire_niveau,
        l.territoire_code,
        SUM(g.offerts_nb) AS offerts_nb,
        SUM(g.pourvus_nb) AS pourvus_nb,
        SUM(g.inconnus_nb) AS inconnus_nb,
        SUM(CAST(CAST(g.offerts_nb AS DOUBLE) / g.semaines_nb AS DECIMAL(18, 9))) AS offerts_semaine,
        SUM(CAST(CAST(g.pourvus_nb AS DOUBLE) / g.semaines_nb AS DECIMAL(18, 9))) AS pourvus_semaine,
        MIN(g.annee_min) AS annee_min,
        MAX(g.annee_max) AS annee_max,
        SUM(g.fabriques_nb) AS fabriques_nb,
        SUM(g.non_reels_nb) AS non_reels_nb
    FROM groupes g
    JOIN territoires_lieux l ON l.departement_code = g.departement_code
    WHERE NOT g.cpts_entiere
    GROUP BY l.territoire_niveau, l.territoire_code
    UNION ALL
    SELECT
        'cpts',
        cpts_id,
        offerts_nb,
        pourvus_nb,
        inconnus_nb,
        CAST(CAST(offerts_nb AS DOUBLE) / semaines_nb AS DECIMAL(18, 9)),
        CAST(CAST(pourvus_nb AS DOUBLE) / semaines_nb AS DECIMAL(18, 9)),
        annee_min,
        annee_max,
        fabriques_nb,
        non_reels_nb
    FROM groupes
    WHERE cpts_entiere AND cpts_id IS NOT NULL
),
mesures AS (
    SELECT t.*, 'creneaux_offerts_pour_10000' AS mesure_code, offerts_nb AS n_nb,
        offerts_semaine AS par_semaine, CAST(NULL AS VARCHAR(30)) AS motif_refus
    FROM territoires t
    UNION ALL
    SELECT t.*, 'creneaux_pourvus_pour_10000', pourvus_nb, pourvus_semaine,
        CASE WHEN inconnus_nb > 0 THEN 'issue_inconnue' END
    FROM territoires t
)
SELECT
    m.territoire_niveau,
    m.territoire_code,
    m.mesure_code,
    10000 * CAST(m.par_semaine AS DOUBLE) / h.population_nb AS valeur,
    h.qualificatif_code,
    CAST(m.n_nb AS BIGINT) AS n_nb,
    'creneaux' AS n_unite_code,
    CASE
        WHEN m.annee_min < m.annee_max
            THEN CAST(m.annee_min AS VARCHAR(4)) || '-' || CAST(m.annee_max AS VARCHAR(4))
        ELSE CAST(m.annee_max AS VARCHAR(4))
    END AS millesime,
    CASE
        WHEN m.fabriques_nb > 0 OR h.origine_code = 'synthetic' THEN 'synthetic'
        WHEN m.non_reels_nb > 0 OR h.origine_code <> 'real' THEN 'derived'
        ELSE 'real'
    END AS origine_code,
    CAST(NULL AS VARCHAR(60)) AS ligne_source,
    COALESCE(h.motif_refus, m.motif_refus) AS motif_refus
FROM mesures m
JOIN habitants_territoires h
    ON h.territoire_niveau = m.territoire_niveau AND h.territoire_code = m.territoire_code
ORDER BY territoire_niveau, territoire_code, mesure_code
