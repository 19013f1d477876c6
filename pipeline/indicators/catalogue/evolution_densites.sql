-- Change of a density between two years, split without remainder: with E doctors and P inhabitants,
-- E1/P1 - E0/P0 = (E1 - E0) * (1/P0 + 1/P1) / 2 + (1/P1 - 1/P0) * (E0 + E1) / 2.
WITH suivis AS (
    SELECT DISTINCT source_code, territoire_niveau, territoire_code, specialite_code,
        mode_exercice_code
    FROM densites_effectifs
),
base AS (
    SELECT * FROM densites_effectifs WHERE annee = {{densite_base_annee}}
),
fin AS (
    SELECT * FROM densites_effectifs WHERE annee = {{densite_fin_annee}}
),
paires AS (
    SELECT
        s.source_code,
        s.territoire_niveau,
        s.territoire_code,
        s.specialite_code,
        s.mode_exercice_code,
        b.date_observation AS date_base,
        f.date_observation AS date_fin,
        b.effectif_nb AS effectif_base_nb,
        f.effectif_nb AS effectif_fin_nb,
        b.population_nb AS population_base_nb,
        f.population_nb AS population_fin_nb,
        b.population_annee AS population_base_annee,
        f.population_annee AS population_fin_annee,
        CAST(b.effectif_nb AS DOUBLE) AS e0,
        CAST(f.effectif_nb AS DOUBLE) AS e1,
        CAST(b.population_nb AS DOUBLE) AS p0,
        CAST(f.population_nb AS DOUBLE) AS p1,
        CASE
            WHEN {{densite_base_annee}} >= {{densite_fin_annee}} THEN 'annees_inversees'
            WHEN b.source_code IS NULL THEN 'annee_base_absente'
            WHEN f.source_code IS NULL THEN 'annee_fin_absente'
            WHEN b.motif IS NOT NULL THEN 'densite_base_refusee'
            WHEN f.motif IS NOT NULL THEN 'densite_fin_refusee'
            WHEN b.population_table_code <> f.population_table_code THEN 'populations_differentes'
            WHEN f.population_annee - b.population_annee
                <> {{densite_fin_annee}} - {{densite_base_annee}} THEN 'recensements_decales'
        END AS motif_refus
    FROM suivis s
    LEFT JOIN base b
        ON b.source_code = s.source_code
        AND b.territoire_niveau = s.territoire_niveau
        AND b.territoire_code = s.territoire_code
        AND b.specialite_code = s.specialite_code
        AND b.mode_exercice_code = s.mode_exercice_code
    LEFT JOIN fin f
        ON f.source_code = s.source_code
        AND f.territoire_niveau = s.territoire_niveau
        AND f.territoire_code = s.territoire_code
        AND f.specialite_code = s.specialite_code
        AND f.mode_exercice_code = s.mode_exercice_code
),
-- include: sources_densites
SELECT
    source_code,
    territoire_niveau,
    territoire_code,
    specialite_code,
    mode_exercice_code,
    {{densite_base_annee}} AS annee_base,
    {{densite_fin_annee}} AS annee_fin,
    12 * (EXTRACT(YEAR FROM date_fin) - EXTRACT(YEAR FROM date_base))
        + EXTRACT(MONTH FROM date_fin) - EXTRACT(MONTH FROM date_base) AS duree_mois,
    effectif_base_nb,
    effectif_fin_nb,
    population_base_nb,
    population_fin_nb,
    CASE WHEN COALESCE(population_base_nb, population_fin_nb) IS NOT NULL
        THEN '{{densite_population_variante}}' END AS population_variante_code,
    population_base_annee,
    population_fin_annee,
    CASE WHEN motif_refus IS NULL THEN 1e5 * e0 / p0 END AS densite_base,
    CASE WHEN motif_refus IS NULL THEN 1e5 * e1 / p1 END AS densite_fin,
    CASE WHEN motif_refus IS NULL THEN 1e5 * e1 / p1 - 1e5 * e0 / p0 END AS densite_ecart,
    CASE WHEN motif_refus IS NULL THEN 5e4 * (e1 - e0) * (1 / p0 + 1 / p1) END AS effet_effectif,
    CASE WHEN motif_refus IS NULL THEN 5e4 * (e0 + e1) * (p0 - p1) / (p0 * p1) END
        AS effet_population,
    CASE WHEN motif_refus IS NULL THEN 100 * (e1 - e0) / NULLIF(e0, CAST(0 AS DOUBLE)) END
        AS effectif_evolution_pct,
    CASE WHEN motif_refus IS NULL THEN 100 * (p1 - p0) / p0 END AS population_evolution_pct,
    CASE WHEN motif_refus IS NULL AND e0 > 0 THEN 100 * (e1 * p0 / (e0 * p1) - 1) END
        AS densite_evolution_pct,
    CASE WHEN motif_refus IS NULL THEN 'calcule' ELSE 'refuse' END AS statut_calcul,
    motif_refus
FROM paires
UNION ALL
SELECT source_code, 'national', 'FR', 'generalistes', mode_exercice_code,
    {{densite_base_annee}}, {{densite_fin_annee}}, CAST(NULL AS BIGINT),
    CAST(NULL AS BIGINT), CAST(NULL AS BIGINT), CAST(NULL AS BIGINT), CAST(NULL AS BIGINT),
    CAST(NULL AS STRING), CAST(NULL AS INTEGER), CAST(NULL AS INTEGER), CAST(NULL AS DOUBLE),
    CAST(NULL AS DOUBLE), CAST(NULL AS DOUBLE), CAST(NULL AS DOUBLE), CAST(NULL AS DOUBLE),
    CAST(NULL AS DOUBLE), CAST(NULL AS DOUBLE), CAST(NULL AS DOUBLE), 'refuse', 'aucun_fichier'
FROM sources_absentes
ORDER BY source_code, territoire_niveau, territoire_code, specialite_code, mode_exercice_code
