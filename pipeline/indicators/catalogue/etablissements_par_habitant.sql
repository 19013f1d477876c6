-- Open establishments by family and department of each extract, over the municipal population.
-- A zero is written only where the extract has the department and the family: elsewhere a reason.
WITH extractions AS (
    SELECT DISTINCT date_extraction FROM etablissements
),
familles AS (
    SELECT DISTINCT famille_code FROM finess_categories WHERE famille_code IS NOT NULL
),
habitants AS (
    SELECT territoire_code AS departement_code, annee, population_nb
    FROM populations
    WHERE territoire_niveau = 'departement' AND variante_code = 'municipale'
),
rangs AS (
    SELECT
        x.date_extraction,
        a.annee,
        ROW_NUMBER() OVER (
            PARTITION BY x.date_extraction
            ORDER BY
                CASE WHEN a.annee <= EXTRACT(YEAR FROM x.date_extraction) THEN 0 ELSE 1 END,
                ABS(a.annee - EXTRACT(YEAR FROM x.date_extraction))
        ) AS rang
    FROM extractions x
    CROSS JOIN (SELECT DISTINCT annee FROM habitants) a
),
peuplement AS (
    SELECT r.date_extraction, r.annee, h.departement_code, h.population_nb
    FROM rangs r
    JOIN habitants h ON h.annee = r.annee
    WHERE r.rang = 1
),
presents AS (
    SELECT DISTINCT date_extraction, departement_code FROM etablissements
),
territoires_connus AS (
    SELECT date_extraction, departement_code FROM presents
    UNION
    SELECT date_extraction, departement_code FROM peuplement
),
comptes AS (
    SELECT date_extraction, departement_code, famille_code, COUNT(*) AS etablissements_nb
    FROM etablissements_categorises
    WHERE etat_code = 'ouvert' AND famille_code IS NOT NULL
    GROUP BY date_extraction, departement_code, famille_code
),
connues AS (
    SELECT DISTINCT date_extraction, famille_code FROM comptes
),
departements AS (
    SELECT
        t.date_extraction,
        t.departement_code,
        f.famille_code,
        p.annee AS population_annee,
        p.population_nb,
        pr.departement_code IS NOT NULL AS present,
        k.famille_code IS NOT NULL AS connue,
        COALESCE(c.etablissements_nb, 0) AS etablissements_nb
    FROM territoires_connus t
    CROSS JOIN familles f
    LEFT JOIN peuplement p
        ON p.date_extraction = t.date_extraction AND p.departement_code = t.departement_code
    LEFT JOIN presents pr
        ON pr.date_extraction = t.date_extraction AND pr.departement_code = t.departement_code
    LEFT JOIN connues k
        ON k.date_extraction = t.date_extraction AND k.famille_code = f.famille_code
    LEFT JOIN comptes c
        ON c.date_extraction = t.date_extraction
        AND c.departement_code = t.departement_code
        AND c.famille_code = f.famille_code
),
france AS (
    SELECT
        date_extraction,
        famille_code,
        MIN(population_annee) AS population_annee,
        SUM(population_nb) AS population_nb,
        SUM(CASE WHEN population_nb IS NOT NULL THEN etablissements_nb ELSE 0 END)
            AS etablissements_nb,
        SUM(CASE WHEN population_nb IS NULL THEN etablissements_nb ELSE 0 END)
            AS hors_population_nb,
        COUNT(*) FILTER (WHERE NOT present) AS absents_nb,
        COUNT(*) FILTER (WHERE connue) AS connue_nb
    FROM departements
    GROUP BY date_extraction, famille_code
),
lignes AS (
    SELECT
        date_extraction,
        'departement' AS territoire_niveau,
        departement_code AS territoire_code,
        famille_code,
        etablissements_nb,
        population_nb,
        population_annee,
        CAST(NULL AS BIGINT) AS hors_population_nb,
        CASE
            WHEN NOT connue THEN 'famille_absente'
            WHEN NOT present THEN 'territoire_absent'
            WHEN COALESCE(population_nb, 0) = 0 THEN 'population_absente'
        END AS motif_refus
    FROM departements
    UNION ALL
    SELECT
        date_extraction,
        'national',
        'FR',
        famille_code,
        etablissements_nb,
        population_nb,
        population_annee,
        hors_population_nb,
        CASE
            WHEN connue_nb = 0 THEN 'famille_absente'
            WHEN COALESCE(population_nb, 0) = 0 THEN 'population_absente'
            WHEN absents_nb > 0 THEN 'extrait_partiel'
        END
    FROM france
    UNION ALL
    SELECT
        CAST(NULL AS DATE),
        'national',
        'FR',
        famille_code,
        CAST(NULL AS BIGINT),
        CAST(NULL AS BIGINT),
        CAST(NULL AS INTEGER),
        CAST(NULL AS BIGINT),
        'aucun_etablissement'
    FROM familles
    WHERE NOT EXISTS (SELECT 1 FROM etablissements)
)
SELECT
    COALESCE(CAST(date_extraction AS VARCHAR(10)), 'aucune') AS extraction_code,
    date_extraction,
    territoire_niveau,
    territoire_code,
    famille_code,
    CASE
        WHEN motif_refus IN ('famille_absente', 'territoire_absent', 'aucun_etablissement')
            THEN NULL
        ELSE CAST(etablissements_nb AS BIGINT)
    END AS etablissements_nb,
    CAST(population_nb AS BIGINT) AS population_nb,
    CAST(population_annee AS INTEGER) AS population_annee,
    CASE WHEN motif_refus IS NULL
        THEN 1e5 * CAST(etablissements_nb AS DOUBLE) / CAST(population_nb AS DOUBLE)
    END AS pour_100000,
    CAST(hors_population_nb AS BIGINT) AS hors_population_nb,
    CASE WHEN motif_refus IS NULL THEN 'calcule' ELSE 'refuse' END AS statut_calcul,
    motif_refus
FROM lignes
ORDER BY extraction_code, territoire_niveau, territoire_code, famille_code
