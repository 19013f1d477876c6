-- Share of the centres of a year by opening date. Classes are nested where their names say so.
WITH classes AS (
    SELECT ouverture_code, debut, fin
    FROM (VALUES
        ('avant_1980', DATE '0001-01-01', DATE '1980-01-01'),
        ('de_1980_a_2009', DATE '1980-01-01', DATE '2010-01-01'),
        ('depuis_2010', DATE '2010-01-01', DATE '9999-12-31'),
        ('depuis_2020', DATE '2020-01-01', DATE '9999-12-31')
    ) AS liste(ouverture_code, debut, fin)
),
reponses AS (
    SELECT
        p.annee,
        'cds_pluripro' AS population_code,
        c.ouverture_code AS question_code,
        m.gestionnaire_code,
        COALESCE(m.region_code, 'inconnue') AS region_code,
        m.categorie_cnam_code,
        m.date_ouverture >= c.debut AND m.date_ouverture < c.fin AS oui
    FROM cds_pluripro p
    JOIN mesures_cds m ON m.annee = p.annee AND m.finess = p.finess
    CROSS JOIN classes c
),
-- include: parts
SELECT
    annee,
    question_code AS ouverture_code,
    dimension_code,
    modalite_code,
    cds_nb,
    non_renseignes_nb,
    concernes_nb,
    part_pct,
    repartition_pct,
    statut_calcul,
    motif_refus
FROM parts
ORDER BY annee, ouverture_code, dimension_code, modalite_code
