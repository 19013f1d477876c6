-- Out-of-hours care of Brittany per doctor: each ratio divides one printed number by another.
-- The last one goes the other way: how many GPs would 2,006 volunteers at 60 % suppose?
WITH ratios AS (
    SELECT 1 AS rang, 'regulation_par_regulateur' AS ratio_code,
        'regulation_heures_detail_nb' AS numerateur_code,
        'regulation_mg_nb' AS denominateur_code, false AS arrondi, false AS lecture_projet
    UNION ALL
    SELECT 2, 'dimanche_ferie_par_medecin', 'consultations_dimanche_ferie_nb',
        'consultations_dimanche_ferie_mg_nb', false, false
    UNION ALL
    SELECT 3, 'permanence_par_volontaire', 'permanence_heures_nb', 'volontaires_mg_nb', true, true
    UNION ALL
    SELECT 4, 'visites_par_volontaire', 'visites_nb', 'volontaires_mg_nb', true, true
    UNION ALL
    SELECT 5, 'consultations_par_volontaire', 'consultations_nb', 'volontaires_mg_nb', true, true
    UNION ALL
    SELECT 6, 'mg_derriere_participation', 'volontaires_mg_nb', 'participation_mg_pct', true, true
),
valeurs AS (
    SELECT
        r.rang,
        r.ratio_code,
        r.numerateur_code,
        r.denominateur_code,
        r.arrondi,
        r.lecture_projet,
        n.region_code,
        n.annee,
        CAST(n.valeur AS DOUBLE) AS numerateur,
        -- a share is divided as a share: 60 % is 0.60
        CASE WHEN r.denominateur_code = 'participation_mg_pct'
            THEN CAST(d.valeur AS DOUBLE) / 100.0 ELSE CAST(d.valeur AS DOUBLE) END
            AS denominateur
    FROM ratios r
    JOIN pdsa_activite n ON n.grandeur_code = r.numerateur_code
    LEFT JOIN pdsa_activite d
        ON d.grandeur_code = r.denominateur_code
        AND d.region_code = n.region_code
        AND d.annee = n.annee
)
SELECT
    region_code,
    annee,
    ratio_code,
    rang,
    numerateur_code,
    denominateur_code,
    numerateur,
    denominateur,
    numerateur / NULLIF(denominateur, 0.0) AS valeur,
    arrondi,
    lecture_projet,
    CASE WHEN denominateur > 0 THEN 'calcule' ELSE 'refuse' END AS statut_calcul,
    CASE
        WHEN denominateur IS NULL THEN 'denominateur_absent'
        WHEN denominateur = 0 THEN 'denominateur_nul'
    END AS motif_refus
FROM valeurs
ORDER BY region_code, annee, ratio_code
