-- include: arithmetique
SELECT
    relation_id,
    relation_code,
    figure_id,
    tableau_id,
    ligne_rang,
    libelle AS ligne,
    colonne,
    fondement,
    CAST(cible AS DOUBLE) AS valeur_imprimee,
    recalcul,
    recalcul_bas AS recalcul_min,
    recalcul_haut AS recalcul_max,
    CAST(cible_bas AS DOUBLE) AS cible_min,
    CAST(cible_haut AS DOUBLE) AS cible_max,
    verdict,
    CASE
        WHEN verdict = 'non_controlable' THEN NULL
        WHEN verdict = 'coherent' THEN CAST(0 AS DOUBLE)
        WHEN relation_code = 'croissance_quantiles' THEN CAST(somme - cible AS DOUBLE)
        ELSE GREATEST(
            recalcul_bas - CAST(cible_haut AS DOUBLE), CAST(cible_bas AS DOUBLE) - recalcul_haut)
    END AS ecart,
    CAST(n_termes AS INT) AS n_termes_nb,
    CASE WHEN motif IS NULL THEN 'calcule' ELSE 'refuse' END AS statut_calcul,
    motif AS motif_refus
FROM controles
ORDER BY relation_id
