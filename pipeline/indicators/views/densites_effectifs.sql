-- Headcounts of doctors over inhabitants, one row by source, territory, year, specialty and mode of
-- practice. Sources stay apart; each keeps the density its producer prints beside the one computed
-- here. Density: practitioners per 100,000 inhabitants of the population named on the row.
WITH rpps_lu AS (
    SELECT
        territoire_niveau,
        territoire_code,
        annee,
        mode_exercice_code,
        CASE
            WHEN specialite_niveau_code = 'ensemble' THEN 'ensemble'
            WHEN LOWER(specialite_libelle) IN
                ('généralistes', 'médecins généralistes', 'médecine générale') THEN 'generalistes'
            WHEN LOWER(specialite_libelle) LIKE 'spécialistes%' THEN 'specialistes'
        END AS specialite_code,
        CASE specialite_niveau_code WHEN 'detail' THEN 2 ELSE 1 END AS rang,
        MAX(date_observation) AS date_observation,
        MAX(CASE WHEN grandeur_code = 'effectif' THEN 1 ELSE 0 END) AS lu,
        MAX(CASE WHEN grandeur_code = 'effectif' THEN CAST(valeur AS DOUBLE) END) AS effectif,
        MAX(CASE WHEN grandeur_code = 'effectif' THEN motif_vide_code END) AS motif_vide_code,
        MAX(CASE WHEN grandeur_code = 'densite' THEN CAST(valeur AS DOUBLE) END)
            AS densite_imprimee
    FROM effectifs_rpps
    WHERE partition_code IN ('france', 'regions', 'regions_2015', 'departements')
        AND tranche_age_code = '00'
        AND sexe_code = 'ensemble'
        AND grandeur_code IN ('effectif', 'densite')
    GROUP BY 1, 2, 3, 4, 5, 6
),
-- A group of specialties repeats its details: the group, else the detail that is the whole group.
rpps_niveau AS (
    SELECT
        *,
        ROW_NUMBER() OVER (
            PARTITION BY territoire_niveau, territoire_code, annee, mode_exercice_code,
                specialite_code
            ORDER BY rang
        ) AS place
    FROM rpps_lu
    WHERE specialite_code IS NOT NULL
),
rpps AS (
    SELECT * FROM rpps_niveau WHERE place = 1
),
-- The older file prints no row of the other specialties: all doctors less general practitioners.
rpps_reste AS (
    SELECT
        e.territoire_niveau,
        e.territoire_code,
        e.annee,
        e.mode_exercice_code,
        e.date_observation,
        e.effectif - g.effectif AS effectif,
        COALESCE(e.motif_vide_code, g.motif_vide_code) AS motif_vide_code
    FROM rpps e
    JOIN rpps g
        ON g.specialite_code = 'generalistes'
        AND g.territoire_niveau = e.territoire_niveau
        AND g.territoire_code = e.territoire_code
        AND g.annee = e.annee
        AND g.mode_exercice_code = e.mode_exercice_code
    LEFT JOIN rpps s
        ON s.specialite_code = 'specialistes'
        AND s.territoire_niveau = e.territoire_niveau
        AND s.territoire_code = e.territoire_code
        AND s.annee = e.annee
        AND s.mode_exercice_code = e.mode_exercice_code
    WHERE e.specialite_code = 'ensemble' AND s.specialite_code IS NULL
),
ameli AS (
    SELECT
        *,
        CASE
            WHEN LOWER(profession_libelle) = 'ensemble des médecins' THEN 'ensemble'
            WHEN LOWER(profession_libelle) = 'ensemble des médecins généralistes'
                THEN 'generalistes'
            WHEN LOWER(profession_libelle) LIKE 'ensemble des médecins spécialistes%'
                THEN 'specialistes'
            WHEN LOWER(profession_libelle) LIKE 'médecins généralistes (hors %'
                THEN 'generalistes_hors_mep'
        END AS specialite_code
    FROM densites_ameli
    WHERE classe_age_code = 'tout_age' AND sexe_code = 'ensemble'
),
lus AS (
    SELECT 'rpps' AS source_code, territoire_niveau, territoire_code, annee, date_observation,
        specialite_code, mode_exercice_code, 'imprime' AS obtention_code, effectif, motif_vide_code,
        densite_imprimee, CAST(NULL AS BIGINT) AS population_imprimee_nb
    FROM rpps
    WHERE lu = 1 OR densite_imprimee IS NOT NULL
    UNION ALL
    SELECT 'rpps', territoire_niveau, territoire_code, annee, date_observation, 'specialistes',
        mode_exercice_code, 'difference', effectif, motif_vide_code, CAST(NULL AS DOUBLE),
        CAST(NULL AS BIGINT)
    FROM rpps_reste
    UNION ALL
    SELECT 'ameli', territoire_niveau, territoire_code, annee, CAST(NULL AS DATE),
        specialite_code, mode_exercice_code, 'imprime', CAST(effectif_nb AS DOUBLE), motif_vide_code,
        CAST(densite AS DOUBLE), CAST(NULL AS BIGINT)
    FROM ameli
    WHERE specialite_code IS NOT NULL
    UNION ALL
    SELECT 'anct', territoire_niveau, territoire_code, annee, CAST(NULL AS DATE), 'generalistes',
        'non_dit', 'imprime', CAST(medecins_generalistes_nb AS DOUBLE), motif_vide_code,
        CAST(densite AS DOUBLE), population_nb
    FROM densites_anct
),
-- Where a source has no row of a region of today, or of France, its departments add up to it.
ensembles AS (
    SELECT 'region' AS territoire_niveau, region_code AS territoire_code, departement_code
    FROM departements
    WHERE zone_code <> 'com'
    UNION ALL
    SELECT 'national', 'FR', departement_code
    FROM departements
    WHERE zone_code <> 'com'
),
tailles AS (
    SELECT territoire_niveau, territoire_code, COUNT(*) AS parts_nb
    FROM ensembles
    GROUP BY territoire_niveau, territoire_code
),
sommes AS (
    SELECT
        l.source_code,
        e.territoire_niveau,
        e.territoire_code,
        l.annee,
        MAX(l.date_observation) AS date_observation,
        l.specialite_code,
        l.mode_exercice_code,
        CASE WHEN COUNT(l.effectif) = t.parts_nb THEN SUM(l.effectif) END AS effectif,
        MAX(l.motif_vide_code) AS motif_vide_code
    FROM lus l
    JOIN ensembles e
        ON e.departement_code = l.territoire_code AND l.territoire_niveau = 'departement'
    JOIN tailles t
        ON t.territoire_niveau = e.territoire_niveau AND t.territoire_code = e.territoire_code
    GROUP BY l.source_code, e.territoire_niveau, e.territoire_code, l.annee, l.specialite_code,
        l.mode_exercice_code, t.parts_nb
),
effectifs AS (
    SELECT * FROM lus
    UNION ALL
    SELECT s.source_code, s.territoire_niveau, s.territoire_code, s.annee, s.date_observation,
        s.specialite_code, s.mode_exercice_code, 'somme', s.effectif, s.motif_vide_code,
        CAST(NULL AS DOUBLE), CAST(NULL AS BIGINT)
    FROM sommes s
    LEFT JOIN lus l
        ON l.source_code = s.source_code
        AND l.territoire_niveau = s.territoire_niveau
        AND l.territoire_code = s.territoire_code
        AND l.annee = s.annee
        AND l.specialite_code = s.specialite_code
        AND l.mode_exercice_code = s.mode_exercice_code
    WHERE l.source_code IS NULL
),
-- The regions of before 2016 that kept their code are those of today; the others have no population.
lieux AS (
    SELECT DISTINCT
        e.territoire_niveau,
        e.territoire_code,
        e.annee,
        CASE WHEN e.territoire_niveau <> 'region_2015' THEN e.territoire_niveau
            WHEN r.region_code IS NOT NULL THEN 'region' END AS niveau_population
    FROM effectifs e
    LEFT JOIN (SELECT DISTINCT region_code FROM departements) r
        ON r.region_code = e.territoire_code AND e.territoire_niveau = 'region_2015'
),
habitants AS (
    SELECT
        l.territoire_niveau,
        l.territoire_code,
        l.annee,
        l.niveau_population,
        p.annee AS population_annee,
        p.population_nb,
        p.table_code,
        ABS(p.annee - l.annee) AS ecart_annees,
        ROW_NUMBER() OVER (
            PARTITION BY l.territoire_niveau, l.territoire_code, l.annee
            ORDER BY
                CASE WHEN p.population_nb IS NULL THEN 1 ELSE 0 END,
                ABS(p.annee - l.annee),
                p.annee
        ) AS place
    FROM lieux l
    LEFT JOIN populations_territoires p
        ON p.territoire_niveau = l.niveau_population
        AND p.territoire_code = l.territoire_code
        AND p.variante_code = '{{densite_population_variante}}'
),
juges AS (
    SELECT
        e.*,
        h.population_nb,
        h.population_annee,
        h.ecart_annees,
        h.table_code,
        CASE
            WHEN e.effectif IS NULL AND e.motif_vide_code IN ('nd', 'ns', 'nc')
                THEN 'effectif_masque'
            WHEN e.effectif IS NULL AND e.motif_vide_code = 'erreur' THEN 'effectif_en_erreur'
            WHEN e.effectif IS NULL THEN 'effectif_absent'
            WHEN e.effectif <> FLOOR(e.effectif) OR e.effectif < 0 THEN 'effectif_non_entier'
            WHEN h.niveau_population IS NULL THEN 'territoire_sans_population'
            WHEN h.population_annee IS NULL THEN 'population_absente'
            WHEN h.population_nb IS NULL THEN 'population_incomplete'
            WHEN h.population_nb = 0 THEN 'population_nulle'
            WHEN h.ecart_annees > {{densite_ecart_annees_max}} THEN 'population_trop_eloignee'
        END AS motif
    FROM effectifs e
    JOIN habitants h
        ON h.territoire_niveau = e.territoire_niveau
        AND h.territoire_code = e.territoire_code
        AND h.annee = e.annee
        AND h.place = 1
)
SELECT
    source_code,
    territoire_niveau,
    territoire_code,
    CAST(annee AS INTEGER) AS annee,
    date_observation,
    specialite_code,
    mode_exercice_code,
    obtention_code,
    CASE WHEN effectif = FLOOR(effectif) AND effectif >= 0
        THEN CAST(effectif AS BIGINT) END AS effectif_nb,
    motif_vide_code,
    CAST(population_nb AS BIGINT) AS population_nb,
    '{{densite_population_variante}}' AS population_variante_code,
    CASE WHEN population_nb IS NOT NULL THEN CAST(population_annee AS INTEGER) END
        AS population_annee,
    CASE WHEN population_nb IS NOT NULL THEN CAST(ecart_annees AS INTEGER) END
        AS population_ecart_annees,
    CASE WHEN population_nb IS NOT NULL THEN table_code END AS population_table_code,
    CASE WHEN motif IS NULL
        THEN 1e5 * CAST(effectif AS DOUBLE) / CAST(population_nb AS DOUBLE) END AS densite,
    densite_imprimee,
    population_imprimee_nb,
    motif
FROM juges
ORDER BY source_code, territoire_niveau, territoire_code, annee, specialite_code,
    mode_exercice_code
