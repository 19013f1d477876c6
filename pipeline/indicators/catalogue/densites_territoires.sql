-- Densities of doctors by territory and mode of practice: the sources side by side, never mixed.
-- A source without a file has one row, refused; a department a source skips has one too.
WITH departements_attendus AS (
    SELECT departement_code FROM departements WHERE zone_code <> 'com'
),
groupes AS (
    SELECT DISTINCT source_code, annee, specialite_code, mode_exercice_code
    FROM densites_effectifs
    WHERE territoire_niveau = 'departement'
),
absents AS (
    SELECT g.source_code, a.departement_code, g.annee, g.specialite_code, g.mode_exercice_code
    FROM groupes g
    CROSS JOIN departements_attendus a
    LEFT JOIN densites_effectifs d
        ON d.source_code = g.source_code
        AND d.territoire_niveau = 'departement'
        AND d.territoire_code = a.departement_code
        AND d.annee = g.annee
        AND d.specialite_code = g.specialite_code
        AND d.mode_exercice_code = g.mode_exercice_code
    WHERE d.source_code IS NULL
),
-- include: sources_densites
,
lignes AS (
    SELECT
        territoire_niveau,
        territoire_code,
        CAST(annee AS STRING) AS periode_code,
        annee,
        specialite_code,
        mode_exercice_code,
        source_code,
        date_observation,
        obtention_code,
        effectif_nb,
        population_nb,
        population_annee,
        population_ecart_annees,
        population_table_code,
        densite,
        densite_imprimee,
        population_imprimee_nb,
        motif AS motif_refus
    FROM densites_effectifs
    UNION ALL
    SELECT 'departement', departement_code, CAST(annee AS STRING), annee, specialite_code,
        mode_exercice_code, source_code, CAST(NULL AS DATE), CAST(NULL AS STRING),
        CAST(NULL AS BIGINT), CAST(NULL AS BIGINT), CAST(NULL AS INTEGER), CAST(NULL AS INTEGER),
        CAST(NULL AS STRING), CAST(NULL AS DOUBLE), CAST(NULL AS DOUBLE), CAST(NULL AS BIGINT),
        'territoire_absent'
    FROM absents
    UNION ALL
    SELECT 'national', 'FR', 'aucune', CAST(NULL AS INTEGER), 'generalistes',
        mode_exercice_code, source_code, CAST(NULL AS DATE), CAST(NULL AS STRING), CAST(NULL AS BIGINT),
        CAST(NULL AS BIGINT), CAST(NULL AS INTEGER), CAST(NULL AS INTEGER), CAST(NULL AS STRING),
        CAST(NULL AS DOUBLE), CAST(NULL AS DOUBLE), CAST(NULL AS BIGINT), 'aucun_fichier'
    FROM sources_absentes
)
SELECT
    territoire_niveau,
    territoire_code,
    periode_code,
    CAST(annee AS INTEGER) AS annee,
    specialite_code,
    mode_exercice_code,
    source_code,
    date_observation,
    obtention_code,
    effectif_nb,
    population_nb,
    CASE WHEN population_nb IS NOT NULL THEN '{{densite_population_variante}}' END
        AS population_variante_code,
    population_annee,
    population_ecart_annees,
    population_table_code,
    densite,
    densite_imprimee,
    population_imprimee_nb,
    densite - densite_imprimee AS ecart_densites,
    CASE WHEN motif_refus IS NULL THEN 'calcule' ELSE 'refuse' END AS statut_calcul,
    motif_refus
FROM lignes
ORDER BY territoire_niveau, territoire_code, periode_code, specialite_code, mode_exercice_code,
    source_code
