-- Headcounts and densities printed for Brittany, each beside the value that the other printed
-- numbers of the document give. gap = recomputed - printed.
WITH region AS (
    SELECT
        MAX(CASE WHEN grandeur_code = 'effectif_nb' AND profession_code = 'medecin'
            THEN CAST(valeur AS DOUBLE) END) AS medecins,
        MAX(CASE WHEN grandeur_code = 'effectif_nb' AND profession_code = 'medecin_generaliste'
            THEN CAST(valeur AS DOUBLE) END) AS generalistes,
        MAX(CASE WHEN grandeur_code = 'effectif_evolution_pct'
            THEN CAST(valeur AS DOUBLE) END) AS evolution,
        MAX(CASE WHEN grandeur_code = 'densite_pour_100k' AND annee = 2015
            THEN CAST(valeur AS DOUBLE) END) AS densite_2015,
        MAX(CASE WHEN grandeur_code = 'densite_pour_100k' AND annee = 2024
            THEN CAST(valeur AS DOUBLE) END) AS densite_2024
    FROM densites
    WHERE territoire_niveau = 'region' AND territoire_nom = 'Bretagne'
),
habitants AS (
    SELECT
        MAX(CASE WHEN grandeur_code = 'population_nb' AND annee = 2015
            THEN CAST(valeur AS DOUBLE) END) AS population_2015,
        MAX(CASE WHEN grandeur_code = 'population_nb' AND annee = 2024
            THEN CAST(valeur AS DOUBLE) END) AS population_2024,
        MAX(CASE WHEN grandeur_code = 'population_evolution_pct'
            THEN CAST(valeur AS DOUBLE) END) AS evolution_population
    FROM demographie
    WHERE territoire_niveau = 'region' AND territoire_nom = 'Bretagne'
),
cantons AS (
    SELECT
        territoire_nom,
        annee,
        MAX(CASE WHEN grandeur_code = 'densite_pour_100k'
            THEN CAST(valeur AS DOUBLE) END) AS pour_100k,
        MAX(CASE WHEN grandeur_code = 'densite_pour_10k'
            THEN CAST(valeur AS DOUBLE) END) AS pour_10k
    FROM densites
    WHERE territoire_niveau = 'canton'
    GROUP BY territoire_nom, annee
),
lignes AS (
    -- printed value, then the two terms of its recomputation and how they combine:
    -- recomputed = facteur * numerateur / denominateur - decalage
    SELECT 'Bretagne' AS territoire_nom, 2024 AS annee, 'effectif_medecins' AS grandeur_code,
        medecins AS imprimee, CAST(NULL AS DOUBLE) AS numerateur,
        CAST(NULL AS DOUBLE) AS denominateur, 1.0 AS facteur, 0.0 AS decalage,
        false AS approche
    FROM region
    UNION ALL
    SELECT 'Bretagne', 2024, 'effectif_mg', generalistes, NULL, NULL, 1.0, 0.0, false
    FROM region
    UNION ALL
    -- the headcount of 2015 is not printed
    SELECT 'Bretagne', 2024, 'effectif_mg_evolution', evolution, generalistes, NULL, 100.0, 100.0,
        false
    FROM region
    UNION ALL
    SELECT 'Bretagne', 2024, 'population_evolution', evolution_population,
        population_2024, population_2015, 100.0, 100.0, true
    FROM habitants
    UNION ALL
    SELECT 'Bretagne', 2015, 'densite_mg', densite_2015, NULL, population_2015, 100000.0, 0.0,
        false
    FROM region CROSS JOIN habitants
    UNION ALL
    SELECT 'Bretagne', 2024, 'densite_mg', densite_2024, generalistes, population_2024,
        100000.0, 0.0, true
    FROM region CROSS JOIN habitants
    UNION ALL
    -- change of density: between the two printed densities, then implied by both growth rates
    SELECT 'Bretagne', 2024, 'densite_mg_evolution',
        100.0 * (densite_2024 / densite_2015 - 1.0),
        100.0 + evolution, 100.0 + evolution_population, 100.0, 100.0, false
    FROM region CROSS JOIN habitants
    UNION ALL
    SELECT territoire_nom, annee, 'densite_mg', pour_100k, pour_10k, 10000.0, 100000.0, 0.0, false
    FROM cantons
),
calculees AS (
    SELECT
        territoire_nom,
        annee,
        grandeur_code,
        imprimee,
        numerateur,
        denominateur,
        facteur * numerateur / NULLIF(denominateur, 0.0) - decalage AS recalculee,
        approche
    FROM lignes
    UNION ALL
    -- difference of the two printed growth rates: nothing is printed to compare it with
    SELECT 'Bretagne', 2024, 'ecart_evolutions', NULL, NULL, NULL,
        evolution - evolution_population, false
    FROM region CROSS JOIN habitants
)
SELECT
    territoire_nom,
    annee,
    grandeur_code,
    imprimee AS valeur_imprimee,
    recalculee AS valeur_recalculee,
    recalculee - imprimee AS ecart,
    numerateur,
    denominateur,
    approche,
    CASE WHEN recalculee IS NULL THEN 'refuse' ELSE 'calcule' END AS statut_calcul,
    CASE WHEN recalculee IS NULL THEN 'terme_absent' END AS motif_refus
FROM calculees
ORDER BY territoire_nom, annee, grandeur_code
