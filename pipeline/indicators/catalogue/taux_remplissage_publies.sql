-- Fill rates as printed, with the filled slots that the rounding of the rate implies.
SELECT
    p.creneaux_id,
    d.cpts_id,
    c.cpts_nom,
    d.type_code,
    d.profession_code,
    CASE WHEN p.offerts_min_nb = p.offerts_max_nb THEN p.offerts_min_nb END AS offerts_nb,
    CAST(p.taux_pct AS DOUBLE) AS taux_pct,
    p.periode_imprimee,
    p.offerts_min_nb * GREATEST(0e0, CAST(p.taux_pct AS DOUBLE) - 0.5e0) / 100 AS pourvus_min_nb,
    p.offerts_max_nb * LEAST(100e0, CAST(p.taux_pct AS DOUBLE) + 0.5e0) / 100 AS pourvus_max_nb,
    CASE
        WHEN p.offerts_min_nb IS NULL OR p.offerts_max_nb IS NULL THEN 'refuse' ELSE 'calcule'
    END AS statut_calcul,
    CASE
        WHEN p.offerts_min_nb IS NULL OR p.offerts_max_nb IS NULL THEN 'volume_absent'
    END AS motif_refus
FROM creneaux_publies p
JOIN dispositifs d ON d.dispositif_id = p.dispositif_id
LEFT JOIN cpts c ON c.cpts_id = d.cpts_id
WHERE p.taux_pct IS NOT NULL AND d.perimetre_code = 'inventaire_pdl_2025'
ORDER BY p.creneaux_id
