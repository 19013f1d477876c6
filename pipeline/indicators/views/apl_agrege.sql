-- APL by department, region and country, from one level of source by year, profession and measure:
-- municipalities and districts where there are any, else the rows of an aggregated table. A mean is
-- weighted by the standardised population, or by the total one where no row carries the other.
WITH seuils AS (
    SELECT
        CAST({{apl_seuil}} AS DECIMAL(6, 3)) AS seuil,
        CASE WHEN {{apl_regle}} = 0 THEN 'strict' ELSE 'inclus' END AS regle
),
-- Paris, Lyon and Marseille come by district: a row of the whole would count its people twice.
entieres AS (
    SELECT DISTINCT a.annee, a.profession_code, a.mesure_code, l.commune_code
    FROM apl a
    JOIN communes_liens l ON l.ancien_code = a.territoire_code
    WHERE a.territoire_niveau = 'arrondissement_municipal'
        AND l.lien_code = 'arrondissement_municipal'
),
lignes AS (
    SELECT
        a.annee,
        a.profession_code,
        a.mesure_code,
        a.unite_code,
        CASE
            WHEN a.territoire_niveau IN ('departement', 'national') THEN a.territoire_niveau
            ELSE 'commune'
        END AS niveau_source_code,
        a.departement_code,
        a.valeur,
        a.population_standardisee_nb,
        a.population_totale_nb,
        a.population_annee,
        a.population_sous_seuil_nb,
        a.seuil,
        a.seuil_regle_code
    FROM apl a
    LEFT JOIN entieres e
        ON e.annee = a.annee
        AND e.profession_code = a.profession_code
        AND e.mesure_code = a.mesure_code
        AND e.commune_code = a.territoire_code
    WHERE a.territoire_niveau IN ('commune', 'arrondissement_municipal', 'departement', 'national')
        AND (a.territoire_niveau <> 'commune' OR e.commune_code IS NULL)
),
-- One weight for a whole source, and one source for all the territories of a measure.
sources AS (
    SELECT
        annee,
        profession_code,
        mesure_code,
        niveau_source_code,
        CASE
            WHEN COUNT(population_standardisee_nb) > 0 THEN 'standardisee_apl'
            WHEN COUNT(population_totale_nb) > 0 THEN 'totale'
        END AS poids_code,
        ROW_NUMBER() OVER (
            PARTITION BY annee, profession_code, mesure_code
            ORDER BY CASE niveau_source_code
                WHEN 'commune' THEN 1 WHEN 'departement' THEN 2 ELSE 3 END
        ) AS choix
    FROM lignes
    GROUP BY annee, profession_code, mesure_code, niveau_source_code
),
-- Mayotte is outside the field of the APL: nothing misses where it has no row.
attendus AS (
    SELECT departement_code, region_code
    FROM departements
    WHERE zone_code IN ('metropole', 'drom') AND departement_code <> '976'
),
unites AS (
    SELECT
        l.*,
        s.poids_code,
        s.choix,
        d.region_code,
        CASE s.poids_code
            WHEN 'standardisee_apl' THEN l.population_standardisee_nb
            WHEN 'totale' THEN CAST(l.population_totale_nb AS DECIMAL(18, 6))
        END AS poids_nb
    FROM lignes l
    JOIN sources s
        ON s.annee = l.annee
        AND s.profession_code = l.profession_code
        AND s.mesure_code = l.mesure_code
        AND s.niveau_source_code = l.niveau_source_code
    LEFT JOIN departements d ON d.departement_code = l.departement_code
    WHERE s.choix = 1 OR l.niveau_source_code = 'national'
),
places AS (
    SELECT 'departement' AS territoire_niveau, u.departement_code AS territoire_code, u.*
    FROM unites u
    WHERE u.niveau_source_code <> 'national'
    UNION ALL
    SELECT 'region', u.region_code, u.*
    FROM unites u
    WHERE u.niveau_source_code <> 'national' AND u.region_code IS NOT NULL
    UNION ALL
    SELECT 'national', 'FR', u.*
    FROM unites u
),
-- A row that says the value of the territory itself needs no weight.
juges AS (
    SELECT
        p.*,
        p.territoire_niveau = p.niveau_source_code AS telle_quelle,
        p.valeur IS NOT NULL
            AND (p.poids_nb IS NOT NULL OR p.territoire_niveau = p.niveau_source_code) AS retenue,
        a.departement_code AS attendu_code,
        p.niveau_source_code = 'commune'
            AND (p.valeur < s.seuil OR (p.valeur = s.seuil AND s.regle = 'inclus')) AS sous,
        s.seuil AS seuil_demande,
        s.regle AS regle_demandee
    FROM places p
    CROSS JOIN seuils s
    LEFT JOIN attendus a ON a.departement_code = p.departement_code
),
sommes AS (
    SELECT
        territoire_niveau,
        territoire_code,
        annee,
        profession_code,
        mesure_code,
        unite_code,
        niveau_source_code,
        telle_quelle,
        choix,
        seuil_demande,
        regle_demandee,
        CASE WHEN NOT telle_quelle THEN poids_code END AS poids_utilise_code,
        MAX(valeur) AS valeur,
        SUM(CASE WHEN retenue THEN CAST(valeur AS DECIMAL(19, 10)) * poids_nb END) AS ponderee,
        SUM(CASE WHEN retenue THEN poids_nb END) AS poids_nb,
        SUM(CASE WHEN retenue THEN population_standardisee_nb END) AS population_standardisee_nb,
        SUM(CASE WHEN retenue THEN population_totale_nb END) AS population_totale_nb,
        MIN(CASE WHEN retenue THEN population_annee END) AS population_annee,
        MAX(CASE WHEN retenue THEN population_annee END) AS population_annee_max,
        SUM(CASE
            WHEN retenue AND niveau_source_code = 'commune' AND sous THEN population_totale_nb
            WHEN retenue AND niveau_source_code = 'commune' THEN 0
            WHEN retenue THEN population_sous_seuil_nb
        END) AS population_sous_seuil_nb,
        COUNT(*) FILTER (WHERE retenue) AS retenues_nb,
        COUNT(*) FILTER (WHERE valeur IS NULL) AS sans_apl_nb,
        COUNT(*) FILTER (WHERE valeur IS NOT NULL AND NOT retenue) AS sans_poids_nb,
        SUM(CASE WHEN valeur IS NULL THEN population_totale_nb END) AS population_sans_apl_nb,
        COUNT(*) FILTER (WHERE retenue AND population_totale_nb IS NULL) AS sans_population_nb,
        COUNT(*) FILTER (WHERE retenue AND population_sous_seuil_nb IS NULL) AS sans_sous_nb,
        COUNT(*) FILTER (WHERE retenue AND seuil <> seuil_demande) AS autre_seuil_nb,
        COUNT(DISTINCT CASE WHEN retenue THEN seuil_regle_code END) AS regles_nb,
        MIN(CASE WHEN retenue THEN seuil_regle_code END) AS regle_source,
        COUNT(DISTINCT CASE WHEN retenue THEN attendu_code END) AS attendus_vus_nb,
        COUNT(DISTINCT CASE WHEN retenue THEN departement_code END) AS departements_nb
    FROM juges
    GROUP BY
        territoire_niveau, territoire_code, annee, profession_code, mesure_code, unite_code,
        niveau_source_code, telle_quelle, choix, seuil_demande, regle_demandee, poids_code
),
couverture AS (
    SELECT 'national' AS territoire_niveau, 'FR' AS territoire_code, COUNT(*) AS attendus_nb
    FROM attendus
    UNION ALL
    SELECT 'region', region_code, COUNT(*)
    FROM attendus
    GROUP BY region_code
),
motifs AS (
    SELECT
        s.*,
        CASE WHEN s.niveau_source_code <> 'national' AND s.territoire_niveau <> 'departement'
            THEN COALESCE(c.attendus_nb, 0) - s.attendus_vus_nb
        END AS departements_absents_nb,
        CASE
            WHEN s.retenues_nb = 0 AND s.sans_poids_nb = 0 THEN 'valeur_absente'
            WHEN s.retenues_nb = 0 THEN 'poids_absent'
            WHEN NOT s.telle_quelle AND s.poids_nb = 0 THEN 'poids_nul'
            WHEN s.niveau_source_code <> 'national'
                AND s.territoire_niveau <> 'departement'
                AND COALESCE(c.attendus_nb, 0) > s.attendus_vus_nb THEN 'fichier_partiel'
        END AS motif_refus
    FROM sommes s
    LEFT JOIN couverture c
        ON c.territoire_niveau = s.territoire_niveau AND c.territoire_code = s.territoire_code
),
rangs AS (
    SELECT
        m.*,
        CASE
            WHEN m.motif_refus IS NOT NULL THEN m.motif_refus
            WHEN m.unite_code <> 'consultations_par_habitant' THEN 'unite_sans_seuil'
            WHEN m.niveau_source_code = 'commune' AND m.sans_population_nb > 0
                THEN 'population_absente'
            WHEN m.niveau_source_code <> 'commune' AND m.sans_sous_nb > 0 THEN 'sous_seuil_absent'
            WHEN m.niveau_source_code <> 'commune' AND m.autre_seuil_nb > 0 THEN 'seuil_fige'
            WHEN m.niveau_source_code <> 'commune' AND m.regles_nb > 1 THEN 'regles_melees'
        END AS motif_sous_seuil,
        -- The figure of a national row serves where the chosen source cannot give one.
        ROW_NUMBER() OVER (
            PARTITION BY m.territoire_niveau, m.territoire_code, m.annee, m.profession_code,
                m.mesure_code
            ORDER BY CASE WHEN m.motif_refus IS NULL THEN 0 ELSE 1 END, m.choix
        ) AS rang
    FROM motifs m
)
SELECT
    territoire_niveau,
    territoire_code,
    annee,
    profession_code,
    mesure_code,
    CASE
        WHEN motif_refus IS NOT NULL THEN CAST(NULL AS DOUBLE)
        WHEN telle_quelle THEN CAST(valeur AS DOUBLE)
        ELSE CAST(ponderee AS DOUBLE) / CAST(poids_nb AS DOUBLE)
    END AS apl,
    unite_code,
    poids_utilise_code AS poids_code,
    CAST(population_standardisee_nb AS DECIMAL(18, 6)) AS population_standardisee_nb,
    CAST(population_totale_nb AS BIGINT) AS population_totale_nb,
    CASE WHEN population_annee = population_annee_max
        THEN CAST(population_annee AS INTEGER) END AS population_annee,
    CASE WHEN motif_sous_seuil IS NULL
        THEN CAST(population_sous_seuil_nb AS BIGINT) END AS population_sous_seuil_nb,
    -- Threshold and rule are those applied: an aggregated table knows its own alone.
    CASE
        WHEN unite_code = 'consultations_par_habitant'
            AND (niveau_source_code = 'commune' OR motif_sous_seuil IS NULL) THEN seuil_demande
    END AS seuil,
    CASE
        WHEN unite_code <> 'consultations_par_habitant' THEN CAST(NULL AS VARCHAR(10))
        WHEN niveau_source_code = 'commune' THEN regle_demandee
        WHEN motif_sous_seuil IS NULL THEN regle_source
    END AS regle,
    CASE WHEN niveau_source_code = 'commune'
        THEN CAST(retenues_nb AS BIGINT) END AS communes_nb,
    CAST(sans_apl_nb AS BIGINT) AS sans_apl_nb,
    CAST(sans_poids_nb AS BIGINT) AS sans_poids_nb,
    CAST(population_sans_apl_nb AS BIGINT) AS population_sans_apl_nb,
    CASE WHEN niveau_source_code <> 'national'
        THEN CAST(departements_nb AS BIGINT) END AS departements_nb,
    CAST(departements_absents_nb AS BIGINT) AS departements_absents_nb,
    niveau_source_code,
    motif_refus,
    motif_sous_seuil
FROM rangs
WHERE rang = 1
ORDER BY territoire_niveau, territoire_code, annee, profession_code, mesure_code
