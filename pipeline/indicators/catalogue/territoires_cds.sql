-- Share of the centres by location. A question asked of urban or rural centres alone has only them
-- in its field.
WITH lieux AS (
    SELECT territoire_code, milieu_code
    FROM (VALUES
        ('urbain', 'tous'),
        ('rural', 'tous'),
        ('zrr_rural', 'rural'),
        ('qpv', 'tous'),
        ('quartier_vecu', 'tous'),
        ('sous_dense', 'tous'),
        ('sous_dense_urbain', 'urbain'),
        ('sous_dense_rural', 'rural')
    ) AS liste(territoire_code, milieu_code)
),
reponses AS (
    SELECT
        p.annee,
        'cds_pluripro' AS population_code,
        t.territoire_code AS question_code,
        c.gestionnaire_code,
        COALESCE(c.region_code, 'inconnue') AS region_code,
        c.categorie_cnam_code,
        CASE t.territoire_code
            WHEN 'urbain' THEN c.milieu_code = 'urbain'
            WHEN 'rural' THEN c.milieu_code = 'rural'
            WHEN 'zrr_rural' THEN c.zrr
            WHEN 'qpv' THEN c.qpv
            WHEN 'quartier_vecu' THEN c.quartier_vecu
            ELSE c.zonage_code IN ('zip', 'zac')
        END AS oui
    FROM cds_pluripro p
    JOIN ecds_centres c ON c.annee = p.annee AND c.finess = p.finess
    JOIN lieux t ON t.milieu_code IN ('tous', c.milieu_code)
),
-- include: parts
SELECT
    annee,
    question_code AS territoire_code,
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
ORDER BY annee, territoire_code, dimension_code, modalite_code
