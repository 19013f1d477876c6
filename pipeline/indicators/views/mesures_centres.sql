-- Health centres of each department and region: number, medical FTE, medians over the centres
-- themselves, shares of acts the report prints.
WITH centres AS (
    SELECT
        l.territoire_niveau,
        l.territoire_code,
        p.annee,
        COUNT(*) AS centres_nb,
        CAST(SUM(m.medicaux_etp) AS DOUBLE) AS medicaux_etp
    FROM cds_pluripro p
    JOIN mesures_cds m ON m.annee = p.annee AND m.finess = p.finess
    JOIN (SELECT MAX(annee) AS annee FROM cds_pluripro) d ON d.annee = p.annee
    JOIN territoires_lieux l ON l.departement_code = m.departement_code
    GROUP BY l.territoire_niveau, l.territoire_code, p.annee
),
r1 AS (
    SELECT
        l.territoire_niveau,
        l.territoire_code,
        p.annee,
        COUNT(*) AS centres_nb,
        percentile_cont(0.5) WITHIN GROUP (ORDER BY
            100.0 * CAST(m.recettes_exploitation_eur - m.charges_exploitation_eur AS DOUBLE)
                / CAST(m.charges_exploitation_eur AS DOUBLE)) AS mediane
    FROM champ_r1 p
    JOIN mesures_cds m ON m.annee = p.annee AND m.finess = p.finess
    JOIN (SELECT MAX(annee) AS annee FROM champ_r1) d ON d.annee = p.annee
    JOIN territoires_lieux l ON l.departement_code = m.departement_code
    GROUP BY l.territoire_niveau, l.territoire_code, p.annee
),
files AS (
    SELECT
        l.territoire_niveau,
        l.territoire_code,
        p.annee,
        COUNT(*) AS centres_nb,
        percentile_cont(0.5) WITHIN GROUP (ORDER BY r.valeur) AS mediane
    FROM champ_file_active p
    JOIN mesures_cds m ON m.annee = p.annee AND m.finess = p.finess
    JOIN ratios_cds r
        ON r.annee = p.annee AND r.finess = p.finess AND r.mesure_code = 'file_active_par_etp'
    JOIN (SELECT MAX(annee) AS annee FROM champ_file_active) d ON d.annee = p.annee
    JOIN territoires_lieux l ON l.departement_code = m.departement_code
    GROUP BY l.territoire_niveau, l.territoire_code, p.annee
),
ecds AS (
    SELECT CASE
        WHEN COUNT(*) FILTER (WHERE origin = 'synthetic') > 0 THEN 'synthetic'
        WHEN COUNT(*) FILTER (WHERE origin IN ('published', 'derived')) > 0 THEN 'derived'
        ELSE 'real'
    END AS origine_code
    FROM ecds_centres
),
-- A row of that table is named "territory · year", then " · less than" where only a bound is printed.
actes AS (
    SELECT
        n.territoire_niveau,
        n.territoire_code,
        t.ligne,
        CAST(t.valeur AS DOUBLE) AS part_pct,
        SUBSTRING(t.ligne, LENGTH(n.territoire_nom) + 4, 4) AS annee,
        SUBSTRING(t.ligne, LENGTH(n.territoire_nom) + 11, 20) AS qualificatif_code
    FROM published_tables t
    JOIN (SELECT DISTINCT territoire_niveau, territoire_code, territoire_nom
        FROM territoires_lieux) n
        ON t.ligne LIKE n.territoire_nom || ' · %'
    WHERE t.tableau_id = 'igas_part_actes_mg_cds_territoires'
        AND t.colonne = 'part_pct'
        AND t.valeur IS NOT NULL
),
rapportes AS (
    SELECT c.territoire_niveau, c.territoire_code, 'cds_pour_10000' AS mesure_code,
        CAST(c.centres_nb AS DOUBLE) AS numerateur, c.centres_nb AS n_nb, 'centres' AS n_unite_code,
        CAST(c.annee AS VARCHAR(4)) AS millesime, e.origine_code
    FROM centres c
    CROSS JOIN ecds e
    UNION ALL
    SELECT c.territoire_niveau, c.territoire_code, 'cds_medicaux_etp_pour_10000', c.medicaux_etp,
        c.centres_nb, 'centres', CAST(c.annee AS VARCHAR(4)), e.origine_code
    FROM centres c
    CROSS JOIN ecds e
)
SELECT
    r.territoire_niveau,
    r.territoire_code,
    r.mesure_code,
    10000 * r.numerateur / h.population_nb AS valeur,
    'exact' AS qualificatif_code,
    r.n_nb,
    r.n_unite_code,
    r.millesime,
    CASE
        WHEN 'synthetic' IN (r.origine_code, h.origine_code) THEN 'synthetic'
        WHEN r.origine_code = 'real' AND h.origine_code = 'real' THEN 'real'
        ELSE 'derived'
    END AS origine_code,
    CAST(NULL AS VARCHAR(60)) AS ligne_source,
    h.motif_refus
FROM rapportes r
JOIN habitants_territoires h
    ON h.territoire_niveau = r.territoire_niveau AND h.territoire_code = r.territoire_code
UNION ALL
SELECT r.territoire_niveau, r.territoire_code, 'cds_r1_median_pct', r.mediane, 'exact',
    r.centres_nb, 'centres', CAST(r.annee AS VARCHAR(4)), e.origine_code, NULL, NULL
FROM r1 r
CROSS JOIN ecds e
UNION ALL
SELECT f.territoire_niveau, f.territoire_code, 'cds_file_active_mediane', f.mediane, 'exact',
    f.centres_nb, 'centres', CAST(f.annee AS VARCHAR(4)), e.origine_code, NULL, NULL
FROM files f
CROSS JOIN ecds e
UNION ALL
SELECT territoire_niveau, territoire_code, 'cds_part_actes_mg_pct', part_pct,
    CASE WHEN qualificatif_code = '' THEN 'exact' ELSE qualificatif_code END,
    NULL, NULL, annee, 'published', ligne, NULL
FROM actes
ORDER BY territoire_niveau, territoire_code, mesure_code
