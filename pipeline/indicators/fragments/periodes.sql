annees AS (
    SELECT DISTINCT annee FROM mesures_cds
),
bornes AS (
    SELECT {{evolution_base_annee}} AS annee_debut, {{evolution_charniere_annee}} AS annee_fin
    UNION
    SELECT {{evolution_charniere_annee}}, MAX(annee) FROM annees
    UNION
    SELECT {{evolution_base_annee}}, MAX(annee) FROM annees
),
periodes AS (
    SELECT
        b.annee_debut,
        b.annee_fin,
        d.annee IS NOT NULL AS debut_connu,
        f.annee IS NOT NULL AS fin_connue
    FROM bornes b
    LEFT JOIN annees d ON d.annee = b.annee_debut
    LEFT JOIN annees f ON f.annee = b.annee_fin
    WHERE b.annee_debut < b.annee_fin
)
