-- Funding by line: level, share and growth, with the number of centres behind them. Totals are the
-- sum of their lines; LIVI is left out, local authorities are kept.
WITH champ_cds AS (
    SELECT annee, finess FROM hors_livi
),
postes AS (
    SELECT poste_code, total_code
    FROM (VALUES
        ('honoraires_sans_depassement', 'financements_total'),
        ('honoraires_avec_depassement', 'financements_total'),
        ('honoraires_totaux', 'financements_total'),
        ('rfs', 'financements_total'),
        ('autres_forfaits', 'financements_total'),
        ('rosp', 'financements_total'),
        ('aides_demographiques', 'financements_total'),
        ('permanence_soins', 'financements_total'),
        ('financements_forfaitaires', 'financements_total'),
        ('teulade', 'financements_total'),
        ('prevention', 'financements_total'),
        ('education_therapeutique', 'financements_total'),
        ('education_sante', 'financements_total'),
        ('protocoles', 'financements_total'),
        ('actes_non_remboursables', 'financements_total'),
        ('autres_recettes_activite', 'financements_total'),
        ('recettes_exploitation', 'financements_total'),
        ('ars', 'financements_total'),
        ('autres_sources', 'financements_total'),
        ('financements_total', 'financements_total')
    ) AS v (poste_code, total_code)
),
-- include: niveaux_postes
,
-- include: croissance
SELECT
    c.annee,
    c.ligne_code AS poste_code,
    c.periode_code,
    c.annee_base,
    c.cds_nb,
    c.cds_base_nb,
    n.declarants_nb,
    CAST(c.valeur * CAST(0.000001 AS DECIMAL(7, 6)) AS DECIMAL(18, 8)) AS montant_meur,
    CASE WHEN c.periode_code = 'niveau' AND n.total <> 0 THEN
        100.0 * CAST(c.valeur AS DOUBLE) / CAST(n.total AS DOUBLE)
    END AS part_pct,
    c.croissance_pct,
    CASE WHEN c.motif_refus IS NULL THEN 'calcule' ELSE 'refuse' END AS statut_calcul,
    c.motif_refus
FROM croissances c
JOIN niveaux n ON n.annee = c.annee AND n.ligne_code = c.ligne_code
ORDER BY c.annee, poste_code, c.periode_code
