-- Every territory against every measure: a value with its N, vintage and own origin, or a reason.
-- `sans_source` is the reason where nothing is known at all of a department or a region; `sur_cpts`
-- that of a CPTS whose municipalities no list gives, `sur_communes` that of one whose are known.
WITH mesures AS (
    SELECT mesure_code, sans_source, sur_cpts, sur_communes
    FROM (VALUES
        ('population_nb', 'population_non_donnee', 'population_non_donnee', 'population_non_donnee'),
        ('population_evolution_pct', 'meme_recensement', 'composition_absente', 'meme_recensement'),
        ('mg_pour_10000', 'source_non_livree', 'niveau_absent', 'niveau_absent'),
        ('apl_mg', 'source_non_livree', 'composition_absente', 'source_non_livree'),
        ('apl_sous_seuil_pct', 'source_non_livree', 'composition_absente', 'source_non_livree'),
        ('cds_finess_pour_10000', 'source_non_livree', 'composition_absente', 'source_non_livree'),
        ('cds_pour_10000', 'aucun_centre', 'niveau_absent', 'niveau_absent'),
        ('cds_medicaux_etp_pour_10000', 'aucun_centre', 'niveau_absent', 'niveau_absent'),
        ('cds_part_actes_mg_pct', 'non_publie', 'niveau_absent', 'niveau_absent'),
        ('cds_r1_median_pct', 'aucun_centre', 'niveau_absent', 'niveau_absent'),
        ('cds_file_active_mediane', 'aucun_centre', 'niveau_absent', 'niveau_absent'),
        ('cpts_snp_pct', 'non_publie', '', ''),
        ('cpts_population_pct', 'non_publie', '', ''),
        ('dispositifs_snp_pour_10000', 'non_publie', 'non_publie', 'non_publie'),
        ('creneaux_offerts_pour_10000', 'flux_absent', 'flux_absent', 'flux_absent'),
        ('creneaux_pourvus_pour_10000', 'flux_absent', 'flux_absent', 'flux_absent')
    ) AS liste(mesure_code, sans_source, sur_cpts, sur_communes)
),
listes AS (
    SELECT cpts_id, MIN(cpts_nom) AS cpts_nom FROM communes_cpts GROUP BY cpts_id
),
lieux AS (
    SELECT territoire_niveau, territoire_code, MIN(territoire_nom) AS territoire_nom,
        'sans_source' AS regle_code
    FROM territoires_lieux
    GROUP BY territoire_niveau, territoire_code
    UNION ALL
    SELECT 'cpts', COALESCE(c.cpts_id, l.cpts_id), COALESCE(c.cpts_nom, l.cpts_nom),
        CASE WHEN l.cpts_id IS NULL THEN 'sur_cpts' ELSE 'sur_communes' END
    FROM cpts c
    FULL OUTER JOIN listes l ON l.cpts_id = c.cpts_id
),
attendues AS (
    SELECT
        p.territoire_niveau,
        p.territoire_code,
        p.territoire_nom,
        m.mesure_code,
        CASE p.regle_code
            WHEN 'sans_source' THEN m.sans_source
            WHEN 'sur_cpts' THEN m.sur_cpts
            ELSE m.sur_communes
        END AS motif_absence
    FROM lieux p
    CROSS JOIN mesures m
),
cellules AS (
    SELECT
        a.territoire_niveau,
        a.territoire_code,
        a.territoire_nom,
        a.mesure_code,
        v.valeur,
        v.qualificatif_code,
        v.n_nb,
        v.n_unite_code,
        v.millesime,
        v.origine_code,
        v.ligne_source,
        CASE
            WHEN v.mesure_code IS NULL THEN a.motif_absence
            WHEN v.motif_refus IS NOT NULL THEN v.motif_refus
            WHEN v.mesure_code IN (
                'cds_r1_median_pct', 'cds_file_active_mediane', 'cds_medicaux_etp_pour_10000')
                AND v.n_nb < {{territoire_centres_minimum}} THEN 'centres_trop_peu'
            WHEN v.valeur IS NULL THEN a.motif_absence
        END AS motif_refus
    FROM attendues a
    LEFT JOIN mesures_territoires v
        ON v.territoire_niveau = a.territoire_niveau
        AND v.territoire_code = a.territoire_code
        AND v.mesure_code = a.mesure_code
    WHERE a.motif_absence <> ''
)
SELECT
    territoire_niveau,
    territoire_code,
    territoire_nom,
    mesure_code,
    CASE WHEN motif_refus IS NULL THEN valeur END AS valeur,
    CASE WHEN motif_refus IS NULL THEN qualificatif_code END AS qualificatif_code,
    CASE WHEN motif_refus IS NULL OR motif_refus = 'centres_trop_peu' THEN n_nb END AS n_nb,
    CASE WHEN motif_refus IS NULL OR motif_refus = 'centres_trop_peu' THEN n_unite_code END
        AS n_unite_code,
    CASE WHEN motif_refus IS NULL OR motif_refus = 'centres_trop_peu' THEN millesime END
        AS millesime,
    CASE WHEN motif_refus IS NULL OR motif_refus = 'centres_trop_peu' THEN origine_code END
        AS origine_code,
    CASE WHEN motif_refus IS NULL THEN ligne_source END AS ligne_source,
    CASE WHEN motif_refus IS NULL THEN 'calcule' ELSE 'refuse' END AS statut_calcul,
    motif_refus
FROM cellules
ORDER BY territoire_niveau, territoire_code, mesure_code
