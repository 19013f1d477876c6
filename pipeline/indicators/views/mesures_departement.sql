-- What is known of each department, one row per measure; a measure that is not known has no row.
WITH habitants AS (
    SELECT
        c.departement_code,
        COUNT(*) AS communes_nb,
        CAST(SUM(c.population_nb) AS DOUBLE) AS population_nb,
        CAST(MAX(c.population_annee) AS VARCHAR(4)) AS population_annee
    FROM communes c
    JOIN (SELECT MAX(annee) AS annee FROM communes) d ON d.annee = c.annee
    GROUP BY c.departement_code
    HAVING SUM(c.population_nb) > 0
),
avant AS (
    SELECT
        arrivee_departement_code AS departement_code,
        CAST(SUM(depart_population_nb) AS DOUBLE) AS population_nb,
        CAST(MAX(depart_population_annee) AS VARCHAR(4)) AS population_annee
    FROM passage_communes
    WHERE rang = 1 AND arrivee_code IS NOT NULL
    GROUP BY arrivee_departement_code
    HAVING SUM(depart_population_nb) > 0
),
centres AS (
    SELECT
        p.annee,
        m.departement_code,
        COUNT(*) AS centres_nb,
        CAST(SUM(m.medicaux_etp) AS DOUBLE) AS medicaux_etp
    FROM cds_pluripro p
    JOIN mesures_cds m ON m.annee = p.annee AND m.finess = p.finess
    JOIN (SELECT MAX(annee) AS annee FROM cds_pluripro) d ON d.annee = p.annee
    GROUP BY p.annee, m.departement_code
),
r1 AS (
    SELECT
        p.annee,
        m.departement_code,
        COUNT(*) AS centres_nb,
        percentile_cont(0.5) WITHIN GROUP (ORDER BY
            100.0 * CAST(m.recettes_exploitation_eur - m.charges_exploitation_eur AS DOUBLE)
                / CAST(m.charges_exploitation_eur AS DOUBLE)) AS mediane
    FROM champ_r1 p
    JOIN mesures_cds m ON m.annee = p.annee AND m.finess = p.finess
    JOIN (SELECT MAX(annee) AS annee FROM champ_r1) d ON d.annee = p.annee
    GROUP BY p.annee, m.departement_code
),
files AS (
    SELECT
        p.annee,
        m.departement_code,
        COUNT(*) AS centres_nb,
        percentile_cont(0.5) WITHIN GROUP (ORDER BY r.valeur) AS mediane
    FROM champ_file_active p
    JOIN mesures_cds m ON m.annee = p.annee AND m.finess = p.finess
    JOIN ratios_cds r
        ON r.annee = p.annee AND r.finess = p.finess AND r.mesure_code = 'file_active_par_etp'
    JOIN (SELECT MAX(annee) AS annee FROM champ_file_active) d ON d.annee = p.annee
    GROUP BY p.annee, m.departement_code
),
ecds AS (
    SELECT CASE
        WHEN COUNT(*) FILTER (WHERE origin = 'synthetic') > 0 THEN 'synthetic'
        WHEN COUNT(*) FILTER (WHERE origin IN ('published', 'derived')) > 0 THEN 'derived'
        ELSE 'real'
    END AS origine_code
    FROM ecds_centres
),
finess AS (
    SELECT
        e.date_extraction,
        e.departement_code,
        COUNT(*) FILTER (WHERE e.etat_code = 'ouvert' AND e.famille_code = 'centre_sante')
            AS centres_nb
    FROM etablissements_categorises e
    JOIN (SELECT MAX(date_extraction) AS jour FROM etablissements_categorises) d
        ON d.jour = e.date_extraction
    GROUP BY e.date_extraction, e.departement_code
),
-- A row of that table is named "department · year", then " · less than" where only a bound is printed.
actes AS (
    SELECT
        d.departement_code,
        t.ligne,
        CAST(t.valeur AS DOUBLE) AS part_pct,
        SUBSTRING(t.ligne, LENGTH(d.departement_nom) + 4, 4) AS annee,
        SUBSTRING(t.ligne, LENGTH(d.departement_nom) + 11, 20) AS qualificatif_code
    FROM published_tables t
    JOIN departements d ON t.ligne LIKE d.departement_nom || ' · %'
    WHERE t.tableau_id = 'igas_part_actes_mg_cds_territoires'
        AND t.colonne = 'part_pct'
        AND t.valeur IS NOT NULL
),
communautes AS (
    SELECT c.departement_code, c.annee, c.cpts_nb, c.dispositif_snp_nb, c.dispositif_snp_statut
    FROM cpts_departements c
    JOIN (SELECT MAX(annee) AS annee FROM cpts_departements) d ON d.annee = c.annee
),
inventaire AS (
    SELECT
        departement_code,
        COUNT(*) AS cpts_nb,
        COUNT(*) FILTER (WHERE population_nb IS NULL) AS sans_population_nb,
        CAST(SUM(population_nb) AS DOUBLE) AS population_nb
    FROM cpts
    WHERE perimetre_code = 'inventaire_pdl_2025'
    GROUP BY departement_code
),
schemas AS (
    SELECT c.departement_code, COUNT(DISTINCT d.dispositif_id) AS dispositifs_nb
    FROM dispositifs d
    JOIN cpts c ON c.cpts_id = d.cpts_id
    WHERE d.compte_snp AND c.perimetre_code = 'inventaire_pdl_2025'
    GROUP BY c.departement_code
)
SELECT departement_code, 'population_nb' AS mesure_code, population_nb AS valeur,
    'exact' AS qualificatif_code, communes_nb AS n_nb, 'communes' AS n_unite_code,
    population_annee AS millesime, 'derived' AS origine_code,
    CAST(NULL AS VARCHAR(60)) AS ligne_source
FROM habitants
UNION ALL
SELECT h.departement_code, 'population_evolution_pct',
    100.0 * (h.population_nb - a.population_nb) / a.population_nb, 'exact', h.communes_nb,
    'communes', CAST(a.population_annee || '-' || h.population_annee AS VARCHAR(9)), 'derived', NULL
FROM habitants h
JOIN avant a ON a.departement_code = h.departement_code
WHERE a.population_annee < h.population_annee
UNION ALL
SELECT c.departement_code, 'cds_pour_10000', 10000 * CAST(c.centres_nb AS DOUBLE) / h.population_nb, 'exact',
    c.centres_nb, 'centres', CAST(c.annee AS VARCHAR(4)), e.origine_code, NULL
FROM centres c
JOIN habitants h ON h.departement_code = c.departement_code
CROSS JOIN ecds e
UNION ALL
SELECT c.departement_code, 'cds_medicaux_etp_pour_10000',
    10000 * CAST(c.medicaux_etp AS DOUBLE) / h.population_nb, 'exact', c.centres_nb, 'centres',
    CAST(c.annee AS VARCHAR(4)), e.origine_code, NULL
FROM centres c
JOIN habitants h ON h.departement_code = c.departement_code
CROSS JOIN ecds e
UNION ALL
SELECT r.departement_code, 'cds_r1_median_pct', r.mediane, 'exact', r.centres_nb, 'centres',
    CAST(r.annee AS VARCHAR(4)), e.origine_code, NULL
FROM r1 r
CROSS JOIN ecds e
UNION ALL
SELECT f.departement_code, 'cds_file_active_mediane', f.mediane, 'exact', f.centres_nb, 'centres',
    CAST(f.annee AS VARCHAR(4)), e.origine_code, NULL
FROM files f
CROSS JOIN ecds e
UNION ALL
SELECT f.departement_code, 'cds_finess_pour_10000', 10000 * CAST(f.centres_nb AS DOUBLE) / h.population_nb,
    'exact', f.centres_nb, 'etablissements', CAST(f.date_extraction AS VARCHAR(10)), 'derived', NULL
FROM finess f
JOIN habitants h ON h.departement_code = f.departement_code
UNION ALL
SELECT departement_code, 'cds_part_actes_mg_pct', part_pct,
    CASE WHEN qualificatif_code = '' THEN 'exact' ELSE qualificatif_code END,
    CAST(NULL AS BIGINT), CAST(NULL AS VARCHAR(20)), annee, 'published', ligne
FROM actes
UNION ALL
SELECT departement_code, 'cpts_snp_pct', 100 * CAST(dispositif_snp_nb AS DOUBLE) / cpts_nb, 'exact', cpts_nb,
    'cpts', CAST(annee AS VARCHAR(4)), 'derived', NULL
FROM communautes
WHERE dispositif_snp_statut = 'publie' AND cpts_nb > 0
UNION ALL
SELECT i.departement_code, 'cpts_population_pct', 100 * CAST(i.population_nb AS DOUBLE) / h.population_nb,
    'environ', i.cpts_nb, 'cpts', '2025', 'derived', NULL
FROM inventaire i
JOIN habitants h ON h.departement_code = i.departement_code
WHERE i.sans_population_nb = 0
UNION ALL
SELECT s.departement_code, 'dispositifs_snp_pour_10000',
    10000 * CAST(s.dispositifs_nb AS DOUBLE) / h.population_nb, 'exact', s.dispositifs_nb, 'dispositifs',
    '2025', 'derived', NULL
FROM schemas s
JOIN habitants h ON h.departement_code = s.departement_code
ORDER BY departement_code, mesure_code
