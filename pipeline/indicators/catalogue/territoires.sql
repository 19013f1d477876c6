-- One row per code that a system gives a territory, by edition: join on (annee, systeme_code,
-- territoire_niveau, code_dans_systeme), read the official code and the parents.
WITH derniere AS (
    SELECT MAX(annee) AS annee FROM communes
),
-- Territories made of municipalities; one whose population is not wholly known has none.
groupes AS (
    SELECT 'departement' AS niveau, annee, departement_code AS code, departement_code, region_code,
        population_nb, population_annee
    FROM territoires_communes
    WHERE territoire_niveau = 'commune'
    UNION ALL
    SELECT 'region', annee, region_code, NULL, region_code, population_nb, population_annee
    FROM territoires_communes
    WHERE territoire_niveau = 'commune'
    UNION ALL
    SELECT 'territoire_vie_sante', annee, vie_sante_code, departement_code, region_code,
        population_nb, population_annee
    FROM territoires_communes
    WHERE vie_sante_code IS NOT NULL
    UNION ALL
    SELECT 'cpts', d.annee, c.cpts_id, c.departement_code, c.region_code,
        CASE WHEN c.placee THEN c.population_nb END, c.population_annee
    FROM communes_cpts c
    CROSS JOIN derniere d
),
sommes AS (
    SELECT
        niveau,
        annee,
        code,
        COUNT(*) AS communes_nb,
        CASE WHEN MIN(departement_code) = MAX(departement_code) THEN MIN(departement_code) END
            AS departement_code,
        CASE WHEN MIN(region_code) = MAX(region_code) THEN MIN(region_code) END AS region_code,
        CASE WHEN COUNT(population_nb) = COUNT(*) THEN SUM(population_nb) END AS population_nb,
        CASE WHEN MIN(population_annee) = MAX(population_annee) THEN MIN(population_annee) END
            AS population_annee
    FROM groupes
    GROUP BY niveau, annee, code
),
noms AS (
    SELECT 'departement' AS niveau, departement_code AS code, departement_nom AS nom FROM departements
    UNION ALL
    SELECT 'region', region_code, region_nom FROM regions
    UNION ALL
    SELECT 'cpts', cpts_id, MIN(cpts_nom) FROM communes_cpts GROUP BY cpts_id
),
-- A CPTS described by a document, whose municipalities no list gives.
sans_liste AS (
    SELECT c.cpts_id, c.cpts_nom, c.departement_code, c.regions_nb, c.region_codes,
        c.departement_codes
    FROM cpts c
    LEFT JOIN (SELECT DISTINCT cpts_id FROM communes_cpts) l ON l.cpts_id = c.cpts_id
    WHERE l.cpts_id IS NULL
),
unites AS (
    SELECT annee, territoire_niveau, commune_code AS territoire_code, commune_nom AS territoire_nom,
        commune_mere_code, departement_code, region_code, vie_sante_code, cpts_id, cpts_nb,
        1 AS communes_nb, population_nb, population_annee
    FROM territoires_communes
    UNION ALL
    -- the overseas collectivities are no regions
    SELECT s.annee, CASE WHEN d.zone_code = 'com' THEN 'collectivite' ELSE s.niveau END, s.code,
        COALESCE(n.nom, s.code), NULL, s.departement_code, s.region_code,
        CASE WHEN s.niveau = 'territoire_vie_sante' THEN s.code END,
        CASE WHEN s.niveau = 'cpts' THEN s.code END, NULL, s.communes_nb, s.population_nb,
        s.population_annee
    FROM sommes s
    LEFT JOIN departements d ON s.niveau = 'departement' AND d.departement_code = s.code
    LEFT JOIN noms n ON n.niveau = s.niveau AND n.code = s.code
    LEFT JOIN departements c ON s.niveau = 'region' AND c.zone_code = 'com'
        AND c.region_code = s.code
    WHERE c.departement_code IS NULL
    UNION ALL
    SELECT a.annee, 'cpts', l.cpts_id, l.cpts_nom, NULL,
        CASE WHEN l.departement_codes = l.departement_code THEN l.departement_code END,
        CASE WHEN l.regions_nb = 1 THEN l.region_codes END, NULL, l.cpts_id, NULL, NULL, NULL, NULL
    FROM sans_liste l
    CROSS JOIN derniere a
    WHERE a.annee IS NOT NULL
),
departements_codes AS (
    SELECT departement_code AS code, 'finess' AS systeme_code, finess_code AS code_dans_systeme
    FROM departements
    UNION ALL
    -- FINESS files both under the department they left in 2007
    SELECT departement_code, 'finess', '9A' FROM departements WHERE departement_code IN ('977', '978')
    UNION ALL
    SELECT departement_code, 'drees', drees_code FROM departements
    UNION ALL
    SELECT departement_code, 'anct', anct_code FROM departements
    UNION ALL
    SELECT departement_code, 'sas', sas_code FROM departements
    UNION ALL
    SELECT departement_code, 'sans_zero', sans_zero_code FROM departements
),
-- Codes that are those of no whole municipality of the last edition, or of less than they were.
anciens AS (
    SELECT l.annee_arrivee AS annee, l.ancien_code, l.commune_code, l.lien_code
    FROM communes_liens l
    LEFT JOIN communes c ON c.annee = l.annee_arrivee AND c.commune_code = l.ancien_code
    WHERE l.lien_code = 'fusion' AND c.commune_code IS NULL
    UNION ALL
    SELECT annee_arrivee, ancien_code, commune_code, lien_code
    FROM communes_liens
    WHERE lien_code = 'retablissement'
    UNION ALL
    SELECT annee_arrivee, ancien_code, ancien_code, 'retablissement'
    FROM communes_liens
    WHERE lien_code = 'retablissement'
    GROUP BY annee_arrivee, ancien_code
),
codes AS (
    SELECT u.*,
        CASE WHEN territoire_niveau IN ('territoire_vie_sante', 'cpts') THEN 'liste' ELSE 'cog' END
            AS systeme_code,
        territoire_code AS code_dans_systeme, 'identique' AS lien_code
    FROM unites u
    UNION ALL
    SELECT u.*, c.systeme_code, c.code_dans_systeme,
        CASE WHEN c.code_dans_systeme = '9A' AND c.code <> '971' THEN 'rattachement'
            WHEN c.code_dans_systeme = c.code THEN 'identique' ELSE 'transcription' END
    FROM unites u
    JOIN departements_codes c ON c.code = u.territoire_code
    WHERE u.territoire_niveau IN ('departement', 'collectivite')
        AND c.code_dans_systeme IS NOT NULL
    UNION ALL
    -- a number loses its leading zero: 1001 for 01001
    SELECT u.*, 'sans_zero', SUBSTRING(u.territoire_code, 2, 4), 'transcription'
    FROM unites u
    WHERE u.territoire_niveau IN ('commune', 'region') AND u.territoire_code LIKE '0%'
    UNION ALL
    SELECT u.*, 'cog_ancien', a.ancien_code, a.lien_code
    FROM unites u
    JOIN anciens a ON a.annee = u.annee AND a.commune_code = u.territoire_code
    WHERE u.territoire_niveau = 'commune'
),
comptes AS (
    SELECT
        c.*,
        COUNT(*) OVER (PARTITION BY annee, systeme_code, famille_code, code_dans_systeme)
            AS territoires_nb,
        COUNT(*) OVER (PARTITION BY annee, systeme_code, famille_code, territoire_code) AS codes_nb,
        COUNT(population_nb) OVER (PARTITION BY annee, systeme_code, famille_code, code_dans_systeme)
            AS peuples_nb,
        SUM(population_nb) OVER (PARTITION BY annee, systeme_code, famille_code, code_dans_systeme)
            AS population_du_code_nb
    FROM (
        SELECT *, CASE WHEN territoire_niveau = 'collectivite' THEN 'departement'
            ELSE territoire_niveau END AS famille_code
        FROM codes
    ) c
)
SELECT
    annee,
    systeme_code,
    territoire_niveau,
    code_dans_systeme,
    territoire_code,
    territoire_nom,
    lien_code,
    territoires_nb,
    codes_nb,
    CASE WHEN territoires_nb = 1 THEN 1e0
        WHEN peuples_nb = territoires_nb AND population_du_code_nb > 0
            THEN CAST(population_nb AS DOUBLE) / CAST(population_du_code_nb AS DOUBLE)
    END AS part,
    commune_mere_code,
    departement_code,
    region_code,
    vie_sante_code,
    cpts_id,
    cpts_nb,
    communes_nb,
    CAST(population_nb AS BIGINT) AS population_nb,
    population_annee
FROM comptes
ORDER BY annee, systeme_code, territoire_niveau, code_dans_systeme, territoire_code
