-- Specific flat-rate payment by thematic block, as health insurance says it: mean per centre, over
-- the centres with at least one block filled in, a missing block being worth zero.
WITH champ_cds AS (
    SELECT DISTINCT p.annee, p.finess
    FROM hors_livi p
    JOIN postes_cds f ON f.annee = p.annee AND f.finess = p.finess
    WHERE f.poste_code = 'rfs_assurance_maladie'
),
blocs AS (
    SELECT poste_code
    FROM (VALUES
        ('rfs_acces_soins'),
        ('rfs_travail_equipe'),
        ('rfs_systeme_information'),
        ('rfs_complementaire'),
        ('rfs_assurance_maladie')
    ) AS v (poste_code)
),
montants AS (
    SELECT
        c.annee,
        b.poste_code,
        COUNT(*) AS cds_nb,
        COUNT(CASE WHEN f.montant_eur > 0 THEN 1 END) AS percevant_nb,
        CAST(COALESCE(SUM(f.montant_eur), 0) AS DOUBLE) / COUNT(*) AS moyenne_eur
    FROM champ_cds c
    CROSS JOIN blocs b
    LEFT JOIN postes_cds f
        ON f.annee = c.annee AND f.finess = c.finess AND f.poste_code = b.poste_code
    GROUP BY c.annee, b.poste_code
),
niveaux AS (
    SELECT annee, poste_code AS ligne_code, moyenne_eur AS valeur, cds_nb
    FROM montants
),
-- include: croissance
SELECT
    c.annee,
    c.ligne_code AS poste_code,
    c.periode_code,
    c.annee_base,
    c.cds_nb,
    c.cds_base_nb,
    m.percevant_nb,
    CAST(c.valeur AS DECIMAL(14, 2)) AS montant_moyen_eur,
    CASE WHEN c.periode_code = 'niveau' THEN
        100.0 * m.moyenne_eur / NULLIF(t.moyenne_eur, 0.0)
    END AS part_pct,
    c.croissance_pct,
    CASE WHEN c.motif_refus IS NULL THEN 'calcule' ELSE 'refuse' END AS statut_calcul,
    c.motif_refus
FROM croissances c
JOIN montants m ON m.annee = c.annee AND m.poste_code = c.ligne_code
JOIN montants t ON t.annee = c.annee AND t.poste_code = 'rfs_assurance_maladie'
ORDER BY c.annee, poste_code, c.periode_code
