-- Open health centres of FINESS for the inhabitants of each department, region and CPTS. Where the
-- extract has no establishment at all, it does not cover: nothing is said, and never zero.
WITH derniere AS (
    SELECT MAX(annee) AS annee FROM communes
),
ouverts AS (
    SELECT e.date_extraction, e.departement_code, e.commune_code,
        CASE WHEN e.etat_code = 'ouvert' AND e.famille_code = 'centre_sante' THEN 1 ELSE 0 END
            AS centre
    FROM etablissements_categorises e
    JOIN (SELECT MAX(date_extraction) AS jour FROM etablissements_categorises) d
        ON d.jour = e.date_extraction
),
registre AS (
    SELECT CASE
        WHEN COUNT(*) FILTER (WHERE origin = 'synthetic') > 0 THEN 'synthetic'
        WHEN COUNT(*) FILTER (WHERE origin <> 'real') > 0 THEN 'derived'
        ELSE 'real'
    END AS origine_code
    FROM etablissements
),
extraits AS (
    SELECT MAX(date_extraction) AS date_extraction FROM ouverts
),
par_lieu AS (
    SELECT l.territoire_niveau, l.territoire_code, x.date_extraction,
        SUM(o.centre) AS centres_nb,
        CASE
            WHEN COUNT(o.departement_code) = 0 THEN 'territoire_absent'
            WHEN COUNT(DISTINCT o.departement_code) < MAX(l.departements_nb)
                THEN 'departements_incomplets'
        END AS motif_refus
    FROM territoires_lieux l
    CROSS JOIN extraits x
    LEFT JOIN ouverts o ON o.departement_code = l.departement_code
    WHERE x.date_extraction IS NOT NULL
    GROUP BY l.territoire_niveau, l.territoire_code, x.date_extraction
),
-- An establishment is in its municipality, in the one that absorbed it, in that of its district.
anciens AS (
    SELECT l.ancien_code, l.commune_code
    FROM communes_liens l
    JOIN derniere d ON d.annee = l.annee_arrivee
    LEFT JOIN communes c ON c.annee = l.annee_arrivee AND c.commune_code = l.ancien_code
    WHERE l.lien_code IN ('fusion', 'arrondissement_municipal') AND c.commune_code IS NULL
),
lieux AS (
    SELECT commune_code, date_extraction, centre FROM ouverts
    UNION ALL
    SELECT a.commune_code, o.date_extraction, o.centre
    FROM ouverts o
    JOIN anciens a ON a.ancien_code = o.commune_code
),
couverts AS (
    SELECT DISTINCT departement_code FROM ouverts
),
par_commune AS (
    SELECT commune_code, SUM(centre) AS centres_nb FROM lieux GROUP BY commune_code
),
-- A municipality in two CPTS counts in each.
par_cpts AS (
    SELECT
        c.cpts_id,
        MAX(x.date_extraction) AS date_extraction,
        COALESCE(SUM(p.centres_nb), 0) AS centres_nb,
        CASE
            WHEN COUNT(d.departement_code) = 0 THEN 'territoire_absent'
            WHEN COUNT(d.departement_code) < COUNT(*) THEN 'departements_incomplets'
        END AS motif_refus
    FROM communes_cpts c
    CROSS JOIN extraits x
    LEFT JOIN couverts d ON d.departement_code = c.departement_code
    LEFT JOIN par_commune p ON p.commune_code = c.commune_code
    WHERE x.date_extraction IS NOT NULL
    GROUP BY c.cpts_id
),
comptes AS (
    SELECT territoire_niveau, territoire_code, date_extraction, centres_nb, motif_refus
    FROM par_lieu
    UNION ALL
    SELECT 'cpts', cpts_id, date_extraction, centres_nb, motif_refus
    FROM par_cpts
)
SELECT
    c.territoire_niveau,
    c.territoire_code,
    'cds_finess_pour_10000' AS mesure_code,
    10000 * CAST(c.centres_nb AS DOUBLE) / h.population_nb AS valeur,
    'exact' AS qualificatif_code,
    CAST(c.centres_nb AS BIGINT) AS n_nb,
    'etablissements' AS n_unite_code,
    CAST(c.date_extraction AS VARCHAR(10)) AS millesime,
    CASE
        WHEN 'synthetic' IN (r.origine_code, h.origine_code) THEN 'synthetic'
        WHEN r.origine_code = 'real' AND h.origine_code = 'real' THEN 'real'
        ELSE 'derived'
    END AS origine_code,
    CAST(NULL AS VARCHAR(60)) AS ligne_source,
    COALESCE(h.motif_refus, c.motif_refus) AS motif_refus
FROM comptes c
JOIN habitants_territoires h
    ON h.territoire_niveau = c.territoire_niveau AND h.territoire_code = c.territoire_code
CROSS JOIN registre r
ORDER BY territoire_niveau, territoire_code
