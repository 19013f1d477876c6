-- General practitioners of each department and region: headcount for 10 000 inhabitants, by the first
-- source and mode of practice there is in the order below, one for all; APL of the last year and
-- share of the inhabitants at or under its threshold. A file without a territory says so there.
WITH ordre AS (
    SELECT source_code, mode_exercice_code, rang
    FROM (VALUES
        ('rpps', 'liberal_et_mixte', 1),
        ('rpps', 'ensemble', 2),
        ('ameli', 'liberal', 3),
        ('anct', 'non_dit', 4)
    ) AS liste(source_code, mode_exercice_code, rang)
),
generalistes AS (
    SELECT d.*, o.rang
    FROM densites_effectifs d
    JOIN ordre o
        ON o.source_code = d.source_code AND o.mode_exercice_code = d.mode_exercice_code
    WHERE d.specialite_code = 'generalistes'
        AND d.territoire_niveau IN ('departement', 'region')
),
-- One that gives at least one density goes first; else the first there is says why it gives none.
choisie AS (
    SELECT rang, annee
    FROM (
        SELECT rang, annee, ROW_NUMBER() OVER (
            ORDER BY CASE WHEN COUNT(densite) > 0 THEN 0 ELSE 1 END, rang, annee DESC
        ) AS place
        FROM generalistes
        GROUP BY rang, annee
    ) classees
    WHERE place = 1
),
origines AS (
    SELECT
        source_code,
        CASE
            WHEN SUM(fabriques_nb) > 0 THEN 'synthetic'
            WHEN SUM(non_reels_nb) > 0 THEN 'derived'
            ELSE 'real'
        END AS origine_code
    FROM (
        SELECT 'rpps' AS source_code,
            CASE WHEN origin = 'synthetic' THEN 1 ELSE 0 END AS fabriques_nb,
            CASE WHEN origin <> 'real' THEN 1 ELSE 0 END AS non_reels_nb
        FROM effectifs_rpps
        UNION ALL
        SELECT 'ameli', CASE WHEN origin = 'synthetic' THEN 1 ELSE 0 END,
            CASE WHEN origin <> 'real' THEN 1 ELSE 0 END
        FROM densites_ameli
        UNION ALL
        SELECT 'anct', CASE WHEN origin = 'synthetic' THEN 1 ELSE 0 END,
            CASE WHEN origin <> 'real' THEN 1 ELSE 0 END
        FROM densites_anct
        UNION ALL
        SELECT 'apl', CASE WHEN origin = 'synthetic' THEN 1 ELSE 0 END,
            CASE WHEN origin <> 'real' THEN 1 ELSE 0 END
        FROM apl
    ) lignes
    GROUP BY source_code
),
places AS (
    SELECT DISTINCT territoire_niveau, territoire_code FROM territoires_lieux
),
-- The population behind a density is one of those shipped, or of the user's own file.
densites AS (
    SELECT
        p.territoire_niveau,
        p.territoire_code,
        'mg_pour_10000' AS mesure_code,
        g.densite / 10e0 AS valeur,
        g.effectif_nb AS n_nb,
        'medecins' AS n_unite_code,
        g.source_code || ' ' || g.mode_exercice_code || ' ' || CAST(g.annee AS VARCHAR(4))
            AS millesime,
        CASE WHEN o.origine_code = 'synthetic' OR h.origine_code = 'synthetic' THEN 'synthetic'
            WHEN o.origine_code = 'real' AND h.origine_code = 'real' THEN 'real'
            ELSE 'derived' END AS origine_code,
        CASE WHEN g.source_code IS NULL THEN 'territoire_absent' ELSE g.motif END AS motif_refus
    FROM places p
    CROSS JOIN choisie c
    LEFT JOIN generalistes g
        ON g.territoire_niveau = p.territoire_niveau
        AND g.territoire_code = p.territoire_code
        AND g.rang = c.rang
        AND g.annee = c.annee
    LEFT JOIN origines o ON o.source_code = g.source_code
    LEFT JOIN habitants_territoires h
        ON h.territoire_niveau = p.territoire_niveau AND h.territoire_code = p.territoire_code
),
accessibilite AS (
    SELECT a.*
    FROM apl_agrege a
    JOIN (
        SELECT MAX(annee) AS annee
        FROM apl_agrege
        WHERE profession_code = 'medecin_generaliste' AND mesure_code = 'ensemble'
            AND territoire_niveau IN ('departement', 'region')
    ) d ON d.annee = a.annee
    WHERE a.profession_code = 'medecin_generaliste'
        AND a.mesure_code = 'ensemble'
        AND a.unite_code = 'consultations_par_habitant'
),
lues AS (
    SELECT
        p.territoire_niveau,
        p.territoire_code,
        a.territoire_code IS NULL AS absent,
        a.apl,
        a.communes_nb,
        a.population_totale_nb,
        a.motif_refus,
        a.motif_sous_seuil,
        100e0 * CAST(a.population_sous_seuil_nb AS DOUBLE)
            / CASE WHEN a.population_totale_nb > 0 THEN CAST(a.population_totale_nb AS DOUBLE) END
            AS part_pct,
        CAST(d.annee AS VARCHAR(4)) AS millesime
    FROM places p
    CROSS JOIN (SELECT MAX(annee) AS annee FROM accessibilite) d
    LEFT JOIN accessibilite a
        ON a.territoire_niveau = p.territoire_niveau AND a.territoire_code = p.territoire_code
    WHERE d.annee IS NOT NULL
),
apl_mesures AS (
    SELECT territoire_niveau, territoire_code, 'apl_mg' AS mesure_code, apl AS valeur,
        CASE WHEN absent THEN 'territoire_absent' ELSE motif_refus END AS motif_refus,
        COALESCE(communes_nb, population_totale_nb) AS n_nb,
        CASE WHEN communes_nb IS NOT NULL THEN 'communes' ELSE 'habitants' END AS n_unite_code,
        millesime
    FROM lues
    UNION ALL
    SELECT territoire_niveau, territoire_code, 'apl_sous_seuil_pct', part_pct,
        CASE WHEN absent THEN 'territoire_absent'
            WHEN motif_refus IS NOT NULL THEN motif_refus
            WHEN motif_sous_seuil IS NOT NULL THEN motif_sous_seuil
            WHEN part_pct IS NULL THEN 'population_non_donnee' END,
        population_totale_nb, 'habitants', millesime
    FROM lues
)
SELECT
    territoire_niveau,
    territoire_code,
    mesure_code,
    valeur,
    'exact' AS qualificatif_code,
    n_nb,
    n_unite_code,
    millesime,
    origine_code,
    CAST(NULL AS VARCHAR(60)) AS ligne_source,
    motif_refus
FROM densites
UNION ALL
SELECT
    a.territoire_niveau,
    a.territoire_code,
    a.mesure_code,
    a.valeur,
    'exact',
    CAST(a.n_nb AS BIGINT),
    a.n_unite_code,
    a.millesime,
    o.origine_code,
    NULL,
    a.motif_refus
FROM apl_mesures a
JOIN origines o ON o.source_code = 'apl'
ORDER BY territoire_niveau, territoire_code, mesure_code
