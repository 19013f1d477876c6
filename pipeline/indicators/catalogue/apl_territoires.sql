-- APL of every territory the files may speak of: computed, or refused with a reason. What a file
-- leaves out (Mayotte) has a refused row, never a zero.
WITH series AS (
    SELECT
        annee,
        profession_code,
        mesure_code,
        COUNT(*) FILTER (WHERE territoire_niveau <> 'national') > 0 AS par_territoire
    FROM apl
    GROUP BY annee, profession_code, mesure_code
),
territoires AS (
    SELECT 'departement' AS territoire_niveau, departement_code AS territoire_code
    FROM departements
    WHERE zone_code IN ('metropole', 'drom')
    UNION
    SELECT 'region', region_code
    FROM departements
    WHERE zone_code IN ('metropole', 'drom')
    UNION
    SELECT 'national', 'FR'
    UNION
    SELECT territoire_niveau, territoire_code FROM apl_agrege
),
grille AS (
    SELECT t.territoire_niveau, t.territoire_code, s.annee, s.profession_code, s.mesure_code
    FROM territoires t
    CROSS JOIN series s
    WHERE s.par_territoire OR t.territoire_niveau = 'national'
),
lignes AS (
    SELECT
        g.territoire_niveau,
        g.territoire_code,
        g.annee,
        g.profession_code,
        g.mesure_code,
        a.apl,
        a.unite_code,
        a.poids_code,
        a.population_standardisee_nb,
        a.population_totale_nb,
        a.population_annee,
        a.seuil,
        a.regle,
        a.population_sous_seuil_nb,
        CASE WHEN a.population_sous_seuil_nb IS NOT NULL
            THEN 100.0 * CAST(a.population_sous_seuil_nb AS DOUBLE)
                / NULLIF(CAST(a.population_totale_nb AS DOUBLE), 0)
        END AS part_sous_seuil_pct,
        a.communes_nb,
        a.sans_apl_nb,
        a.population_sans_apl_nb,
        a.sans_poids_nb,
        a.departements_nb,
        a.departements_absents_nb,
        a.niveau_source_code,
        CASE WHEN a.annee IS NULL THEN 'territoire_absent' ELSE a.motif_refus END AS motif_refus,
        CASE
            WHEN a.annee IS NULL THEN 'territoire_absent'
            WHEN a.motif_sous_seuil IS NOT NULL THEN a.motif_sous_seuil
            WHEN COALESCE(a.population_totale_nb, 0) = 0 THEN 'population_absente'
        END AS motif_part
    FROM grille g
    LEFT JOIN apl_agrege a
        ON a.territoire_niveau = g.territoire_niveau
        AND a.territoire_code = g.territoire_code
        AND a.annee = g.annee
        AND a.profession_code = g.profession_code
        AND a.mesure_code = g.mesure_code
),
suivies AS (
    SELECT
        l.*,
        p.annee AS annee_precedente,
        p.apl AS apl_precedente,
        CASE
            WHEN l.motif_refus IS NOT NULL THEN l.motif_refus
            WHEN p.annee IS NULL THEN 'annee_precedente_absente'
            WHEN p.motif_refus IS NOT NULL THEN 'annee_precedente_refusee'
            WHEN p.niveau_source_code <> l.niveau_source_code
                OR COALESCE(p.poids_code, '') <> COALESCE(l.poids_code, '')
                THEN 'sources_differentes'
        END AS motif_evolution
    FROM lignes l
    LEFT JOIN lignes p
        ON p.territoire_niveau = l.territoire_niveau
        AND p.territoire_code = l.territoire_code
        AND p.annee = l.annee - 1
        AND p.profession_code = l.profession_code
        AND p.mesure_code = l.mesure_code
)
SELECT
    CAST(annee AS VARCHAR(4)) AS annee_code,
    annee,
    territoire_niveau,
    territoire_code,
    profession_code,
    mesure_code,
    apl,
    unite_code,
    poids_code,
    population_standardisee_nb,
    population_totale_nb,
    population_annee,
    part_sous_seuil_pct,
    population_sous_seuil_nb,
    seuil,
    regle AS regle_code,
    motif_part,
    communes_nb,
    sans_apl_nb,
    population_sans_apl_nb,
    sans_poids_nb,
    departements_nb,
    departements_absents_nb,
    niveau_source_code,
    annee_precedente,
    CASE WHEN motif_evolution IS NULL THEN apl - apl_precedente END AS evolution,
    CASE WHEN motif_evolution IS NULL
        THEN 100.0 * (apl - apl_precedente) / NULLIF(apl_precedente, 0)
    END AS evolution_pct,
    motif_evolution,
    CASE WHEN motif_refus IS NULL THEN 'calcule' ELSE 'refuse' END AS statut_calcul,
    motif_refus
FROM suivies
UNION ALL
SELECT
    'aucune',
    CAST(NULL AS INTEGER),
    'national',
    'FR',
    'medecin_generaliste',
    'ensemble',
    CAST(NULL AS DOUBLE),
    CAST(NULL AS VARCHAR(30)),
    CAST(NULL AS VARCHAR(30)),
    CAST(NULL AS DECIMAL(18, 6)),
    CAST(NULL AS BIGINT),
    CAST(NULL AS INTEGER),
    CAST(NULL AS DOUBLE),
    CAST(NULL AS BIGINT),
    CAST(NULL AS DECIMAL(6, 3)),
    CAST(NULL AS VARCHAR(10)),
    'aucun_fichier',
    CAST(NULL AS BIGINT),
    CAST(NULL AS BIGINT),
    CAST(NULL AS BIGINT),
    CAST(NULL AS BIGINT),
    CAST(NULL AS BIGINT),
    CAST(NULL AS BIGINT),
    CAST(NULL AS VARCHAR(30)),
    CAST(NULL AS INTEGER),
    CAST(NULL AS DOUBLE),
    CAST(NULL AS DOUBLE),
    'aucun_fichier',
    'refuse',
    'aucun_fichier'
FROM (SELECT COUNT(*) AS lignes_nb FROM apl) vide
WHERE lignes_nb = 0
ORDER BY annee_code, territoire_niveau, territoire_code, profession_code, mesure_code
