-- e-CDS centres of each year looked for in the FINESS extract of the nearest year, by number.
-- e-CDS = matched + other category + closed + missing; FINESS = matched + missing from e-CDS.
WITH annees AS (
    SELECT
        annee,
        COUNT(*) FILTER (WHERE origin <> 'synthetic') AS non_synthetiques_nb
    FROM ecds_centres
    GROUP BY annee
),
extractions AS (
    SELECT
        date_extraction,
        COUNT(*) FILTER (WHERE origin <> 'synthetic') AS non_synthetiques_nb
    FROM etablissements
    GROUP BY date_extraction
),
rangs AS (
    SELECT
        a.annee,
        x.date_extraction,
        CASE WHEN a.non_synthetiques_nb = 0 AND x.non_synthetiques_nb > 0 THEN 1 ELSE 0 END
            AS inegaux,
        ROW_NUMBER() OVER (
            PARTITION BY a.annee
            ORDER BY
                ABS(EXTRACT(YEAR FROM x.date_extraction) - a.annee),
                x.date_extraction DESC
        ) AS rang
    FROM annees a
    CROSS JOIN extractions x
),
paires AS (
    SELECT a.annee, r.date_extraction, COALESCE(r.inegaux, 0) AS inegaux
    FROM annees a
    LEFT JOIN rangs r ON r.annee = a.annee AND r.rang = 1
),
declares AS (
    SELECT
        p.annee,
        p.date_extraction,
        COALESCE(c.departement_code, 'inconnu') AS territoire_code,
        CASE
            WHEN e.finess_et IS NULL THEN 'absent'
            WHEN e.etat_code = 'ferme' THEN 'ferme'
            WHEN e.famille_code = 'centre_sante' THEN 'apparie'
            ELSE 'autre'
        END AS issue
    FROM paires p
    JOIN ecds_centres c ON c.annee = p.annee
    LEFT JOIN etablissements_categorises e
        ON e.date_extraction = p.date_extraction AND e.finess_et = c.finess
    WHERE p.date_extraction IS NOT NULL AND p.inegaux = 0
),
seuls AS (
    SELECT
        p.annee,
        p.date_extraction,
        e.departement_code AS territoire_code,
        'seul' AS issue
    FROM paires p
    JOIN etablissements_categorises e ON e.date_extraction = p.date_extraction
    LEFT JOIN ecds_centres c ON c.annee = p.annee AND c.finess = e.finess_et
    WHERE e.famille_code = 'centre_sante'
        AND e.etat_code = 'ouvert'
        AND c.finess IS NULL
        AND p.inegaux = 0
),
issues AS (
    SELECT annee, date_extraction, 'departement' AS territoire_niveau, territoire_code, issue
    FROM declares
    UNION ALL
    SELECT annee, date_extraction, 'departement', territoire_code, issue FROM seuls
    UNION ALL
    SELECT annee, date_extraction, 'national', 'FR', issue FROM declares
    UNION ALL
    SELECT annee, date_extraction, 'national', 'FR', issue FROM seuls
),
comptes AS (
    SELECT
        annee,
        territoire_niveau,
        territoire_code,
        MIN(date_extraction) AS date_extraction,
        COUNT(*) FILTER (WHERE issue <> 'seul') AS ecds_nb,
        COUNT(*) FILTER (WHERE issue IN ('apparie', 'seul')) AS finess_nb,
        COUNT(*) FILTER (WHERE issue = 'apparie') AS apparies_nb,
        COUNT(*) FILTER (WHERE issue = 'autre') AS autre_categorie_nb,
        COUNT(*) FILTER (WHERE issue = 'ferme') AS fermes_nb,
        COUNT(*) FILTER (WHERE issue = 'absent') AS absents_finess_nb,
        COUNT(*) FILTER (WHERE issue = 'seul') AS absents_ecds_nb
    FROM issues
    GROUP BY annee, territoire_niveau, territoire_code
)
SELECT
    annee,
    territoire_niveau,
    territoire_code,
    date_extraction,
    CAST(EXTRACT(YEAR FROM date_extraction) - annee AS INTEGER) AS ecart_annees_nb,
    ecds_nb,
    finess_nb,
    apparies_nb,
    autre_categorie_nb,
    fermes_nb,
    absents_finess_nb,
    absents_ecds_nb,
    100 * CAST(apparies_nb AS DOUBLE) / NULLIF(CAST(ecds_nb AS DOUBLE), 0) AS part_ecds_pct,
    100 * CAST(apparies_nb AS DOUBLE) / NULLIF(CAST(finess_nb AS DOUBLE), 0) AS part_finess_pct,
    'calcule' AS statut_calcul,
    CAST(NULL AS VARCHAR(30)) AS motif_refus
FROM comptes
UNION ALL
SELECT
    annee,
    'national',
    'FR',
    date_extraction,
    CAST(EXTRACT(YEAR FROM date_extraction) - annee AS INTEGER),
    CAST(NULL AS BIGINT),
    CAST(NULL AS BIGINT),
    CAST(NULL AS BIGINT),
    CAST(NULL AS BIGINT),
    CAST(NULL AS BIGINT),
    CAST(NULL AS BIGINT),
    CAST(NULL AS BIGINT),
    CAST(NULL AS DOUBLE),
    CAST(NULL AS DOUBLE),
    'refuse',
    CASE WHEN date_extraction IS NULL THEN 'aucun_etablissement' ELSE 'centres_synthetiques' END
FROM paires
WHERE date_extraction IS NULL OR inegaux = 1
ORDER BY annee, territoire_niveau, territoire_code
