-- Population of each territory and its growth. An overseas department read twice at one census has
-- no growth, nor has a territory that mixes censuses.
SELECT
    territoire_niveau,
    territoire_code,
    'population_nb' AS mesure_code,
    population_nb AS valeur,
    qualificatif_code,
    n_nb,
    n_unite_code,
    millesime,
    CASE WHEN methode_code = 'communes' AND origine_code = 'published' THEN 'derived'
        ELSE origine_code END AS origine_code,
    CAST(NULL AS VARCHAR(60)) AS ligne_source,
    motif_refus
FROM habitants_territoires
UNION ALL
SELECT
    territoire_niveau,
    territoire_code,
    'population_evolution_pct',
    100e0 * (population_nb - avant_nb) / avant_nb,
    'exact',
    n_nb,
    n_unite_code,
    CAST(avant_annee_max AS VARCHAR(4)) || '-' || CAST(annee_max AS VARCHAR(4)),
    origine_code,
    NULL,
    CASE
        WHEN motif_refus IS NOT NULL THEN motif_refus
        WHEN avant_nb IS NULL OR annee_max IS NULL THEN 'population_non_donnee'
        WHEN avant_nb = 0 THEN 'population_nulle'
        WHEN annee_min < annee_max OR avant_annee_min < avant_annee_max THEN 'recensements_meles'
        WHEN avant_annee_max >= annee_min THEN 'meme_recensement'
    END
FROM habitants_territoires
WHERE methode_code = 'communes'
ORDER BY territoire_niveau, territoire_code, mesure_code
