-- Share of the centres by access feature. The opening-hours derogation concerns polyvalent centres
-- of the agreement, which binds them to the hours. Doctors' home visits are counted without LIVI: no
-- whole number of the 586 centres has the printed share.
WITH acces AS (
    SELECT acces_code, population_code
    FROM (VALUES
        ('tiers_payant_integral', 'cds_pluripro'),
        ('aide_droits', 'cds_pluripro'),
        ('visites_medecin', 'hors_livi'),
        ('visites_infirmier', 'cds_pluripro'),
        ('snp_jour_ouvre', 'cds_pluripro'),
        ('pdsa', 'cds_pluripro'),
        ('telemedecine_operationnelle', 'cds_pluripro'),
        ('telemedecine_en_deploiement', 'cds_pluripro'),
        ('telemedecine_en_projet', 'cds_pluripro'),
        ('derogation_horaire', 'polyvalents_adherents')
    ) AS liste(acces_code, population_code)
),
champs AS (
    SELECT 'cds_pluripro' AS population_code, annee, finess FROM cds_pluripro
    UNION ALL
    SELECT 'hors_livi', annee, finess FROM hors_livi
    UNION ALL
    SELECT 'polyvalents_adherents', annee, finess FROM polyvalents_adherents
),
reponses AS (
    SELECT
        p.annee,
        p.population_code,
        a.acces_code AS question_code,
        c.gestionnaire_code,
        COALESCE(c.region_code, 'inconnue') AS region_code,
        c.categorie_cnam_code,
        CASE a.acces_code
            WHEN 'tiers_payant_integral' THEN c.tiers_payant_integral
            WHEN 'aide_droits' THEN c.aide_droits
            WHEN 'visites_medecin' THEN c.visites_medecin
            WHEN 'visites_infirmier' THEN c.visites_infirmier
            WHEN 'snp_jour_ouvre' THEN c.snp_jour_ouvre
            WHEN 'pdsa' THEN c.pdsa
            WHEN 'telemedecine_operationnelle' THEN c.telemedecine_code = 'operationnelle'
            WHEN 'telemedecine_en_deploiement' THEN c.telemedecine_code = 'en_deploiement'
            WHEN 'telemedecine_en_projet' THEN c.telemedecine_code = 'en_projet'
            WHEN 'derogation_horaire' THEN c.derogation_horaire
        END AS oui
    FROM champs p
    JOIN ecds_centres c ON c.annee = p.annee AND c.finess = p.finess
    JOIN acces a ON a.population_code = p.population_code
),
-- include: parts
SELECT
    annee,
    question_code AS acces_code,
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
WHERE dimension_code IN ('ensemble', 'gestionnaire', 'region')
ORDER BY annee, acces_code, dimension_code, modalite_code
