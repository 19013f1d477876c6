-- Share of the centres by care, activity and equipment. Imaging, eye-care equipment and
-- laboratories are printed without LIVI (7 of 585 centres have an MRI scanner).
WITH services AS (
    SELECT service_code, population_code
    FROM (VALUES
        ('soins_dentaires', 'cds_pluripro'),
        ('soins_ophtalmologiques', 'cds_pluripro'),
        ('dentaire_ou_ophtalmologie', 'cds_pluripro'),
        ('implantologie', 'cds_pluripro'),
        ('ivg_medicamenteuse', 'cds_pluripro'),
        ('activite_paramedicale_particuliere', 'cds_pluripro'),
        ('activite_non_professionnel_sante', 'cds_pluripro'),
        ('radiologie', 'hors_livi'),
        ('echographie', 'hors_livi'),
        ('osteodensitometrie', 'hors_livi'),
        ('irm', 'hors_livi'),
        ('retinographe', 'hors_livi'),
        ('tomographe_oct', 'hors_livi'),
        ('prelevements_biologiques', 'hors_livi'),
        ('laboratoire_biologie', 'hors_livi'),
        ('laboratoire_prothese', 'hors_livi')
    ) AS liste(service_code, population_code)
),
champs AS (
    SELECT 'cds_pluripro' AS population_code, annee, finess FROM cds_pluripro
    UNION ALL
    SELECT 'hors_livi', annee, finess FROM hors_livi
),
reponses AS (
    SELECT
        p.annee,
        p.population_code,
        s.service_code AS question_code,
        c.gestionnaire_code,
        COALESCE(c.region_code, 'inconnue') AS region_code,
        c.categorie_cnam_code,
        CASE s.service_code
            WHEN 'soins_dentaires' THEN c.soins_dentaires
            WHEN 'soins_ophtalmologiques' THEN c.soins_ophtalmologiques
            -- unknown as soon as one answer is unknown and the other is no
            WHEN 'dentaire_ou_ophtalmologie' THEN c.soins_dentaires OR c.soins_ophtalmologiques
            WHEN 'implantologie' THEN c.implantologie
            WHEN 'ivg_medicamenteuse' THEN c.ivg_medicamenteuse
            WHEN 'activite_paramedicale_particuliere' THEN c.activite_paramedicale_particuliere
            WHEN 'activite_non_professionnel_sante' THEN c.activite_non_professionnel_sante
            WHEN 'radiologie' THEN c.radiologie
            WHEN 'echographie' THEN c.echographie
            WHEN 'osteodensitometrie' THEN c.osteodensitometrie
            WHEN 'irm' THEN c.irm
            WHEN 'retinographe' THEN c.retinographe
            WHEN 'tomographe_oct' THEN c.tomographe_oct
            WHEN 'prelevements_biologiques' THEN c.prelevements_biologiques
            WHEN 'laboratoire_biologie' THEN c.laboratoire_biologie
            WHEN 'laboratoire_prothese' THEN c.laboratoire_prothese
        END AS oui
    FROM champs p
    JOIN ecds_centres c ON c.annee = p.annee AND c.finess = p.finess
    JOIN services s ON s.population_code = p.population_code
),
-- include: parts
SELECT
    annee,
    question_code AS service_code,
    population_code,
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
WHERE dimension_code IN ('ensemble', 'gestionnaire')
ORDER BY annee, service_code, dimension_code, modalite_code
