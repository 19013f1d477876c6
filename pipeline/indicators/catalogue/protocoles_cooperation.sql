-- Cooperation protocols of the inventory as printed, one reason for care a row.
SELECT
    p.protocole_id,
    p.cpts_id,
    c.cpts_nom,
    p.departement_code,
    p.motif,
    p.delegant_code,
    p.delegue_code,
    p.statut_code,
    p.date_debut,
    p.date_debut_precision,
    p.delegants_nb,
    p.delegues_nb,
    p.officines_nb,
    p.age_min,
    p.age_max
FROM protocoles p
JOIN dispositifs d ON d.dispositif_id = p.dispositif_id
LEFT JOIN cpts c ON c.cpts_id = p.cpts_id
WHERE d.perimetre_code = 'inventaire_pdl_2025'
ORDER BY p.protocole_id
