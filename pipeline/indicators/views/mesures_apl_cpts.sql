-- APL of a CPTS whose municipalities are known: mean of theirs, weighted by the standardised population,
-- and share of the inhabitants at or under the threshold. Refused as soon as one municipality has no
-- APL or no weight. A code of the APL that merged since follows its merger.
WITH derniere AS (
    SELECT MAX(annee) AS annee FROM communes
),
anciens AS (
    SELECT l.ancien_code, MIN(l.commune_code) AS commune_code
    FROM communes_liens l
    JOIN derniere d ON d.annee = l.annee_arrivee
    LEFT JOIN communes c ON c.annee = l.annee_arrivee AND c.commune_code = l.ancien_code
    WHERE l.lien_code = 'fusion' AND c.commune_code IS NULL
    GROUP BY l.ancien_code
    HAVING COUNT(*) = 1
),
lignes AS (
    SELECT
        COALESCE(m.commune_code, a.territoire_code) AS commune_code,
        a.annee,
        a.valeur,
        a.population_standardisee_nb,
        a.population_totale_nb,
        CASE WHEN a.valeur < {{apl_seuil}} OR (a.valeur = {{apl_seuil}} AND {{apl_regle}} = 1)
            THEN a.population_totale_nb ELSE 0 END AS sous_nb,
        a.origin
    FROM apl a
    JOIN (
        SELECT MAX(annee) AS annee
        FROM apl
        WHERE profession_code = 'medecin_generaliste' AND mesure_code = 'ensemble'
            AND unite_code = 'consultations_par_habitant'
            AND territoire_niveau IN ('commune', 'arrondissement_municipal')
    ) d ON d.annee = a.annee
    LEFT JOIN anciens m ON m.ancien_code = a.territoire_code
    WHERE a.profession_code = 'medecin_generaliste'
        AND a.mesure_code = 'ensemble'
        AND a.unite_code = 'consultations_par_habitant'
        AND a.territoire_niveau IN ('commune', 'arrondissement_municipal')
),
communes_apl AS (
    SELECT
        commune_code,
        MAX(annee) AS annee,
        COUNT(*) AS lignes_nb,
        COUNT(valeur) AS valeurs_nb,
        COUNT(population_standardisee_nb) AS poids_connus_nb,
        COUNT(population_totale_nb) AS totales_nb,
        SUM(CAST(valeur AS DECIMAL(19, 10)) * population_standardisee_nb) AS ponderee,
        SUM(population_standardisee_nb) AS poids_nb,
        SUM(population_totale_nb) AS population_totale_nb,
        SUM(sous_nb) AS sous_nb,
        COUNT(*) FILTER (WHERE origin = 'synthetic') AS fabriques_nb,
        COUNT(*) FILTER (WHERE origin <> 'real') AS non_reels_nb
    FROM lignes
    GROUP BY commune_code
),
-- A file of departments alone does not go down to a CPTS.
tailles AS (
    SELECT
        (SELECT COUNT(*) FROM apl WHERE profession_code = 'medecin_generaliste') AS lignes_nb,
        (SELECT COUNT(*) FROM communes_apl) AS communes_nb
),
sommes AS (
    SELECT
        c.cpts_id,
        COUNT(*) AS communes_nb,
        MAX(a.annee) AS annee,
        CAST(SUM(a.ponderee) AS DOUBLE) AS ponderee,
        CAST(SUM(a.poids_nb) AS DOUBLE) AS poids_nb,
        CAST(SUM(a.population_totale_nb) AS DOUBLE) AS population_totale_nb,
        CAST(SUM(a.sous_nb) AS DOUBLE) AS sous_nb,
        CASE
            WHEN COUNT(*) FILTER (WHERE NOT c.placee) > 0 THEN 'commune_non_placee'
            WHEN MAX(t.communes_nb) = 0 THEN 'niveau_absent'
            WHEN COUNT(*) FILTER (WHERE a.valeurs_nb IS NULL OR a.valeurs_nb < a.lignes_nb) > 0
                THEN 'valeur_absente'
            WHEN COUNT(*) FILTER (WHERE a.poids_connus_nb < a.lignes_nb) > 0 THEN 'poids_absent'
            WHEN SUM(a.poids_nb) = 0 THEN 'poids_nul'
        END AS motif_refus,
        COUNT(*) FILTER (WHERE a.totales_nb < a.lignes_nb) AS sans_totale_nb,
        SUM(a.fabriques_nb)
            + COUNT(*) FILTER (WHERE c.origine_code = 'synthetic') AS fabriques_nb,
        SUM(a.non_reels_nb) + COUNT(*) FILTER (WHERE c.origine_code <> 'real') AS non_reels_nb
    FROM communes_cpts c
    CROSS JOIN tailles t
    LEFT JOIN communes_apl a ON a.commune_code = c.commune_code
    WHERE t.lignes_nb > 0
    GROUP BY c.cpts_id
),
cellules AS (
    SELECT cpts_id, 'apl_mg' AS mesure_code,
        CASE WHEN motif_refus IS NULL THEN ponderee / poids_nb END AS valeur,
        motif_refus, communes_nb AS n_nb, 'communes' AS n_unite_code, annee, fabriques_nb,
        non_reels_nb
    FROM sommes
    UNION ALL
    SELECT cpts_id, 'apl_sous_seuil_pct',
        CASE WHEN motif_refus IS NULL AND sans_totale_nb = 0 AND population_totale_nb > 0
            THEN 100e0 * sous_nb / population_totale_nb END,
        CASE
            WHEN motif_refus IS NOT NULL THEN motif_refus
            WHEN sans_totale_nb > 0 THEN 'population_non_donnee'
            WHEN population_totale_nb = 0 THEN 'population_nulle'
        END,
        CAST(population_totale_nb AS BIGINT), 'habitants', annee, fabriques_nb, non_reels_nb
    FROM sommes
)
SELECT
    'cpts' AS territoire_niveau,
    cpts_id AS territoire_code,
    mesure_code,
    valeur,
    'exact' AS qualificatif_code,
    n_nb,
    n_unite_code,
    CAST(annee AS VARCHAR(4)) AS millesime,
    CASE WHEN fabriques_nb > 0 THEN 'synthetic' WHEN non_reels_nb > 0 THEN 'derived' ELSE 'real' END
        AS origine_code,
    CAST(NULL AS VARCHAR(60)) AS ligne_source,
    motif_refus
FROM cellules
ORDER BY territoire_niveau, territoire_code, mesure_code
