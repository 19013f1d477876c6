-- One row per centre and year: what every indicator on centres needs, computed once.
-- A sum over lines nobody declared is null, never zero. Amounts stay DECIMAL; ratios are left to
-- the indicators.
WITH effectifs AS (
    SELECT
        annee,
        finess,
        SUM(effectif_nb) AS personnel_nb,
        SUM(effectif_etp) AS personnel_etp,
        SUM(CASE WHEN groupe_code = 'professionnels_medicaux' THEN effectif_nb ELSE 0 END)
            AS medicaux_nb,
        SUM(CASE WHEN groupe_code = 'professionnels_medicaux' THEN effectif_etp ELSE 0 END)
            AS medicaux_etp,
        SUM(CASE WHEN categorie_code IN ('medecins_generalistes', 'medecins_autres_specialites')
            THEN effectif_nb ELSE 0 END) AS medecins_nb,
        SUM(CASE WHEN categorie_code IN ('medecins_generalistes', 'medecins_autres_specialites')
            THEN effectif_etp ELSE 0 END) AS medecins_etp,
        SUM(CASE WHEN categorie_code = 'medecins_generalistes' THEN effectif_nb ELSE 0 END)
            AS mg_et_mep_nb,
        SUM(CASE WHEN categorie_code = 'medecins_generalistes' THEN effectif_etp ELSE 0 END)
            AS mg_et_mep_etp,
        SUM(CASE WHEN profession_code = 'mg' THEN effectif_nb ELSE 0 END) AS mg_nb,
        SUM(CASE WHEN profession_code = 'mg' THEN effectif_etp ELSE 0 END) AS mg_etp,
        SUM(CASE WHEN categorie_code = 'medecins_autres_specialites' THEN effectif_nb ELSE 0 END)
            AS autres_specialites_nb,
        SUM(CASE WHEN profession_code = 'infirmier' THEN effectif_nb ELSE 0 END) AS infirmiers_nb,
        -- the paramedical professions the public health code lists: neither dental assistants nor
        -- care assistants are "auxiliaires médicaux"
        SUM(CASE WHEN profession_code IN
            ('infirmier', 'ipa', 'orthoptiste', 'kinesitherapeute', 'autre_paramedical')
            THEN effectif_nb ELSE 0 END) AS auxiliaires_nb,
        SUM(CASE WHEN groupe_code = 'medico_administratifs' THEN effectif_etp ELSE 0 END)
            AS medico_administratifs_etp
    FROM ecds_effectifs
    GROUP BY annee, finess
),
finances AS (
    SELECT
        annee,
        finess,
        SUM(CASE WHEN poste_code = 'charges_personnel' THEN montant_eur END)
            AS charges_personnel_eur,
        SUM(CASE WHEN poste_code = 'amortissements' THEN montant_eur END) AS amortissements_eur,
        SUM(CASE WHEN poste_code = 'autres_charges' THEN montant_eur END) AS autres_charges_eur,
        SUM(CASE WHEN famille_code = 'charges' THEN montant_eur END) AS charges_exploitation_eur,
        SUM(CASE WHEN poste_code = 'honoraires_sans_depassement' THEN montant_eur END)
            AS honoraires_sans_depassement_eur,
        SUM(CASE WHEN poste_parent_code = 'honoraires_totaux' THEN montant_eur END)
            AS honoraires_totaux_eur,
        SUM(CASE WHEN poste_code = 'rfs' THEN montant_eur END) AS rfs_eur,
        SUM(CASE WHEN poste_code = 'teulade' THEN montant_eur END) AS teulade_eur,
        SUM(CASE WHEN poste_code = 'ars' THEN montant_eur END) AS ars_eur,
        SUM(CASE WHEN famille_code = 'recettes_exploitation' THEN montant_eur END)
            AS recettes_exploitation_eur,
        SUM(CASE WHEN famille_code IN ('recettes_exploitation', 'autres_financements')
            THEN montant_eur END) AS financements_eur
    FROM ecds_finances
    WHERE niveau_code = 'detail'
    GROUP BY annee, finess
)
SELECT
    c.annee,
    c.finess,
    c.region_code,
    c.departement_code,
    c.gestionnaire_code,
    c.gestionnaire_detail_code,
    c.categorie_cnam_code,
    c.accord_national,
    c.groupement_id,
    c.plateforme_teleconsultation,
    COALESCE(c.atypique, FALSE) AS atypique,
    c.date_ouverture,
    EXTRACT(YEAR FROM c.date_ouverture) AS ouverture_annee,
    c.valide_centre,
    COALESCE(c.valide_ars, FALSE) AS valide_ars,
    COALESCE(c.retenu_fiabilisation, TRUE) AS retenu_fiabilisation,
    c.qpv,
    c.quartier_vecu,
    c.heures_ouverture_hebdo_nb,
    COALESCE(e.personnel_nb, 0) AS personnel_nb,
    COALESCE(e.personnel_etp, 0) AS personnel_etp,
    COALESCE(e.medicaux_nb, 0) AS medicaux_nb,
    COALESCE(e.medicaux_etp, 0) AS medicaux_etp,
    COALESCE(e.medecins_nb, 0) AS medecins_nb,
    COALESCE(e.medecins_etp, 0) AS medecins_etp,
    COALESCE(e.mg_et_mep_nb, 0) AS mg_et_mep_nb,
    COALESCE(e.mg_et_mep_etp, 0) AS mg_et_mep_etp,
    COALESCE(e.mg_nb, 0) AS mg_nb,
    COALESCE(e.mg_etp, 0) AS mg_etp,
    COALESCE(e.autres_specialites_nb, 0) AS autres_specialites_nb,
    COALESCE(e.infirmiers_nb, 0) AS infirmiers_nb,
    COALESCE(e.auxiliaires_nb, 0) AS auxiliaires_nb,
    COALESCE(e.medico_administratifs_etp, 0) AS medico_administratifs_etp,
    f.charges_personnel_eur,
    f.amortissements_eur,
    f.autres_charges_eur,
    f.charges_exploitation_eur,
    f.honoraires_sans_depassement_eur,
    f.honoraires_totaux_eur,
    f.rfs_eur,
    f.teulade_eur,
    f.ars_eur,
    f.recettes_exploitation_eur,
    f.financements_eur,
    a.file_active_mg_nb,
    a.file_active_mg_c2s_nb,
    a.file_active_mg_ame_nb,
    a.file_active_infirmier_nb,
    a.patients_mt_nb,
    a.patients_mt_adultes_nb,
    -- null only when no kind of act is filled in
    CASE WHEN COALESCE(
        a.actes_consultation_mg_nb, a.actes_consultation_specialiste_mg_nb,
        a.actes_consultation_obligatoire_enfant_nb, a.actes_consultation_prevention_nb,
        a.actes_consultation_sante_sexuelle_nb, a.actes_consultation_protocole_nb,
        a.actes_consultation_complexe_nb, a.actes_consultation_tres_complexe_enfant_nb,
        a.actes_teleconsultation_nb, a.actes_teleconsultation_toutes_specialites_nb,
        a.actes_visite_mg_nb, a.actes_visite_longue_complexe_nb, a.actes_visite_specialiste_mg_nb
    ) IS NOT NULL THEN
        COALESCE(a.actes_consultation_mg_nb, 0)
        + COALESCE(a.actes_consultation_specialiste_mg_nb, 0)
        + COALESCE(a.actes_consultation_obligatoire_enfant_nb, 0)
        + COALESCE(a.actes_consultation_prevention_nb, 0)
        + COALESCE(a.actes_consultation_sante_sexuelle_nb, 0)
        + COALESCE(a.actes_consultation_protocole_nb, 0)
        + COALESCE(a.actes_consultation_complexe_nb, 0)
        + COALESCE(a.actes_consultation_tres_complexe_enfant_nb, 0)
        + COALESCE(a.actes_teleconsultation_nb, 0)
        + COALESCE(a.actes_teleconsultation_toutes_specialites_nb, 0)
        + COALESCE(a.actes_visite_mg_nb, 0)
        + COALESCE(a.actes_visite_longue_complexe_nb, 0)
        + COALESCE(a.actes_visite_specialiste_mg_nb, 0)
    END AS actes_mg_nb,
    a.part_dentaire_ophtalmo_pct
FROM ecds_centres c
LEFT JOIN effectifs e ON e.annee = c.annee AND e.finess = c.finess
LEFT JOIN finances f ON f.annee = c.annee AND f.finess = c.finess
LEFT JOIN ecds_activite a ON a.annee = c.annee AND a.finess = c.finess
ORDER BY c.annee, c.finess
