-- Growth of headcount and FTE between two years, by row of table 2 and by profession.
WITH
-- include: periodes
, lignes AS (
    SELECT DISTINCT population_code, niveau_code, effectif_code FROM effectifs_lignes
),
termes AS (
    SELECT
        p.annee_debut,
        p.annee_fin,
        l.population_code,
        l.niveau_code,
        l.effectif_code,
        p.debut_connu AND p.fin_connue AS annees_connues,
        CASE WHEN p.debut_connu THEN COALESCE(d.effectif_nb, 0) END AS effectif_debut_nb,
        CASE WHEN p.fin_connue THEN COALESCE(f.effectif_nb, 0) END AS effectif_nb,
        CASE WHEN p.debut_connu THEN COALESCE(d.effectif_etp, 0) END AS debut_etp,
        CASE WHEN p.fin_connue THEN COALESCE(f.effectif_etp, 0) END AS effectif_etp
    FROM periodes p
    CROSS JOIN lignes l
    LEFT JOIN effectifs_lignes d
        ON d.annee = p.annee_debut
        AND d.population_code = l.population_code
        AND d.niveau_code = l.niveau_code
        AND d.effectif_code = l.effectif_code
    LEFT JOIN effectifs_lignes f
        ON f.annee = p.annee_fin
        AND f.population_code = l.population_code
        AND f.niveau_code = l.niveau_code
        AND f.effectif_code = l.effectif_code
)
SELECT
    annee_debut,
    annee_fin,
    population_code,
    niveau_code,
    effectif_code,
    effectif_debut_nb,
    effectif_nb,
    CASE WHEN annees_connues
        THEN 100.0 * CAST(effectif_nb - effectif_debut_nb AS DOUBLE)
            / NULLIF(effectif_debut_nb, 0) END AS croissance_effectif_pct,
    debut_etp,
    effectif_etp,
    CASE WHEN annees_connues
        THEN 100.0 * CAST(effectif_etp - debut_etp AS DOUBLE)
            / NULLIF(CAST(debut_etp AS DOUBLE), 0) END AS croissance_etp_pct,
    CASE WHEN annees_connues AND effectif_debut_nb > 0 AND debut_etp > 0
        THEN 'calcule' ELSE 'refuse' END AS statut_calcul,
    CASE
        WHEN NOT annees_connues THEN 'annee_absente'
        WHEN effectif_debut_nb = 0 OR debut_etp = 0 THEN 'denominateur_nul'
    END AS motif_refus
FROM termes
ORDER BY annee_debut, annee_fin, population_code, niveau_code, effectif_code
