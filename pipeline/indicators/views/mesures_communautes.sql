-- CPTS and unscheduled care schemes, by department, region and CPTS. A region is computed where every
-- one of its departments is published.
WITH publies AS (
    SELECT l.territoire_niveau, l.territoire_code, c.annee,
        SUM(c.cpts_nb) AS cpts_nb,
        SUM(c.dispositif_snp_nb) AS dispositif_snp_nb,
        MAX(l.departements_nb) AS attendus_nb,
        COUNT(*) FILTER (WHERE c.dispositif_snp_statut = 'publie') AS publies_nb,
        COUNT(*) FILTER (WHERE c.origin = 'synthetic') AS fabriques_nb,
        COUNT(*) FILTER (WHERE c.origin <> 'real') AS non_reels_nb
    FROM cpts_departements c
    JOIN (SELECT MAX(annee) AS annee FROM cpts_departements) d ON d.annee = c.annee
    JOIN territoires_lieux l ON l.departement_code = c.departement_code
    GROUP BY l.territoire_niveau, l.territoire_code, c.annee
),
schemas AS (
    SELECT cpts_id, COUNT(DISTINCT dispositif_id) AS dispositifs_nb,
        COUNT(*) FILTER (WHERE origin = 'synthetic') AS fabriques_nb,
        COUNT(*) FILTER (WHERE origin <> 'real') AS non_reels_nb
    FROM dispositifs
    WHERE compte_snp AND cpts_id IS NOT NULL
    GROUP BY cpts_id
),
inventaire AS (
    SELECT
        l.territoire_niveau,
        l.territoire_code,
        COUNT(*) AS cpts_nb,
        COUNT(*) FILTER (WHERE c.population_nb IS NULL) AS sans_population_nb,
        CAST(SUM(c.population_nb) AS DOUBLE) AS population_nb,
        SUM(s.dispositifs_nb) AS dispositifs_nb,
        COUNT(DISTINCT c.departement_code) AS departements_nb,
        MAX(l.departements_nb) AS attendus_nb,
        COUNT(*) FILTER (WHERE c.origin = 'synthetic') + COALESCE(SUM(s.fabriques_nb), 0)
            AS fabriques_nb,
        COUNT(*) FILTER (WHERE c.origin <> 'real') + COALESCE(SUM(s.non_reels_nb), 0)
            AS non_reels_nb
    FROM cpts c
    JOIN territoires_lieux l ON l.departement_code = c.departement_code
    LEFT JOIN schemas s ON s.cpts_id = c.cpts_id
    WHERE c.perimetre_code = 'inventaire_pdl_2025'
    GROUP BY l.territoire_niveau, l.territoire_code
),
rapportes AS (
    SELECT territoire_niveau, territoire_code, 'cpts_population_pct' AS mesure_code,
        100 * population_nb AS numerateur, cpts_nb AS n_nb, 'cpts' AS n_unite_code,
        'environ' AS qualificatif_code, '2025' AS millesime, fabriques_nb, non_reels_nb,
        CASE WHEN departements_nb < attendus_nb THEN 'departements_incomplets'
            WHEN sans_population_nb > 0 THEN 'non_publie' END AS motif_refus
    FROM inventaire
    UNION ALL
    SELECT territoire_niveau, territoire_code, 'dispositifs_snp_pour_10000',
        10000 * CAST(dispositifs_nb AS DOUBLE), CAST(dispositifs_nb AS BIGINT), 'dispositifs',
        'exact', '2025', fabriques_nb, non_reels_nb,
        CASE WHEN departements_nb < attendus_nb THEN 'departements_incomplets' END
    FROM inventaire
    WHERE dispositifs_nb > 0
    UNION ALL
    SELECT 'cpts', c.cpts_id, 'dispositifs_snp_pour_10000',
        10000 * CAST(s.dispositifs_nb AS DOUBLE), s.dispositifs_nb, 'dispositifs',
        CASE WHEN c.population_approx THEN 'environ' ELSE 'exact' END, c.document_id,
        s.fabriques_nb + CASE WHEN c.origin = 'synthetic' THEN 1 ELSE 0 END,
        s.non_reels_nb + CASE WHEN c.origin <> 'real' THEN 1 ELSE 0 END, NULL
    FROM cpts c
    JOIN schemas s ON s.cpts_id = c.cpts_id
)
SELECT
    territoire_niveau,
    territoire_code,
    'cpts_snp_pct' AS mesure_code,
    100 * CAST(dispositif_snp_nb AS DOUBLE) / CAST(cpts_nb AS DOUBLE) AS valeur,
    'exact' AS qualificatif_code,
    CAST(cpts_nb AS BIGINT) AS n_nb,
    'cpts' AS n_unite_code,
    CAST(annee AS VARCHAR(4)) AS millesime,
    CASE WHEN fabriques_nb > 0 THEN 'synthetic' WHEN non_reels_nb > 0 THEN 'derived' ELSE 'real' END
        AS origine_code,
    CAST(NULL AS VARCHAR(60)) AS ligne_source,
    CASE WHEN territoire_niveau = 'region' AND publies_nb < attendus_nb
        THEN 'departements_incomplets' END AS motif_refus
FROM publies
WHERE publies_nb > 0 AND cpts_nb > 0
UNION ALL
SELECT
    r.territoire_niveau,
    r.territoire_code,
    r.mesure_code,
    r.numerateur / h.population_nb,
    CASE WHEN h.methode_code = 'imprimee' THEN h.qualificatif_code ELSE r.qualificatif_code END,
    r.n_nb,
    r.n_unite_code,
    r.millesime,
    CASE
        WHEN r.fabriques_nb > 0 OR h.origine_code = 'synthetic' THEN 'synthetic'
        WHEN r.non_reels_nb > 0 OR h.origine_code <> 'real' THEN 'derived'
        ELSE 'real'
    END,
    NULL,
    COALESCE(h.motif_refus, r.motif_refus)
FROM rapportes r
JOIN habitants_territoires h
    ON h.territoire_niveau = r.territoire_niveau AND h.territoire_code = r.territoire_code
ORDER BY territoire_niveau, territoire_code, mesure_code
