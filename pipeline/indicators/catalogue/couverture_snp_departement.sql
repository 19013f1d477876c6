-- Share of CPTS with an unscheduled care scheme, from the summary table of the inventory.
SELECT
    departement_code,
    annee,
    dispositif_snp_nb,
    cpts_nb,
    aci_signe_nb,
    CASE WHEN dispositif_snp_statut = 'publie' AND cpts_nb > 0
        THEN 100.0 * CAST(dispositif_snp_nb AS DOUBLE) / cpts_nb END AS part_cpts_pct,
    CASE WHEN dispositif_snp_statut = 'publie' AND aci_signe_nb > 0
        THEN 100.0 * CAST(dispositif_snp_nb AS DOUBLE) / aci_signe_nb END AS part_aci_pct,
    CASE WHEN dispositif_snp_statut = 'publie' AND cpts_nb > 0
        THEN 'calcule' ELSE 'refuse' END AS statut_calcul,
    CASE
        WHEN dispositif_snp_statut <> 'publie' THEN 'na_source'
        WHEN cpts_nb = 0 THEN 'denominateur_nul'
    END AS motif_refus
FROM cpts_departements
ORDER BY departement_code, annee
