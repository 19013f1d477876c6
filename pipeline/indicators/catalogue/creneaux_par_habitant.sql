-- Slots offered per 1 000 inhabitants and year, low and high bound, where they can be computed.
-- Only an offer observed for a whole CPTS or centre, with its period and a population.
WITH jour_ouvert AS (
    SELECT
        dispositif_id,
        jour_code,
        CASE
            WHEN count(*) FILTER (WHERE semaine_code = 'toutes') > 0 THEN 1e0
            WHEN count(DISTINCT semaine_code) = 2 THEN 1e0
            ELSE 0.5e0
        END AS jours_nb
    FROM dispositif_horaires
    WHERE objet_code = 'effection' AND jour_code <> 'jour_ferie'
    GROUP BY dispositif_id, jour_code
),
ouverture AS (
    SELECT dispositif_id, SUM(jours_nb) AS jours_semaine_nb
    FROM jour_ouvert
    GROUP BY dispositif_id
),
offre AS (
    SELECT
        p.creneaux_id,
        p.dispositif_id,
        d.cpts_id,
        c.cpts_nom,
        d.perimetre_code,
        d.type_code,
        d.profession_code,
        p.nature_code,
        p.par_code,
        p.periode_code,
        p.periode_imprimee,
        p.qualificatif_code,
        p.offerts_min_nb,
        p.offerts_max_nb,
        CASE p.periode_code
            WHEN 'annee' THEN 1e0
            WHEN 'mois' THEN CAST({{mois_par_an}} AS DOUBLE)
            WHEN 'semaine' THEN CAST({{semaines_par_an}} AS DOUBLE)
            WHEN 'jour' THEN o.jours_semaine_nb * {{semaines_par_an}}
        END AS periodes_par_an_nb,
        c.population_nb,
        c.population_approx
    FROM creneaux_publies p
    JOIN dispositifs d ON d.dispositif_id = p.dispositif_id
    LEFT JOIN cpts c ON c.cpts_id = d.cpts_id
    LEFT JOIN ouverture o ON o.dispositif_id = p.dispositif_id
    WHERE p.mesure_code IN ('offre', 'offre_et_taux')
),
jugee AS (
    SELECT
        *,
        CASE
            WHEN nature_code <> 'observe' THEN 'engagement'
            WHEN par_code = 'professionnel' THEN 'par_professionnel'
            WHEN par_code NOT IN ('cpts', 'centre') OR cpts_id IS NULL THEN 'hors_territoire'
            WHEN offerts_min_nb IS NULL AND offerts_max_nb IS NULL THEN 'volume_absent'
            WHEN periodes_par_an_nb IS NULL THEN 'periode_absente'
            WHEN population_nb IS NULL THEN 'population_absente'
        END AS motif_refus
    FROM offre
)
SELECT
    creneaux_id,
    dispositif_id,
    cpts_id,
    cpts_nom,
    perimetre_code,
    type_code,
    profession_code,
    nature_code,
    par_code,
    periode_code,
    periode_imprimee,
    qualificatif_code,
    offerts_min_nb,
    offerts_max_nb,
    CASE WHEN motif_refus IS NULL THEN periodes_par_an_nb END AS periodes_par_an_nb,
    population_nb,
    population_approx,
    CASE WHEN motif_refus IS NULL
        THEN 1000 * offerts_min_nb * periodes_par_an_nb / population_nb
    END AS offerts_par_1000_min,
    CASE WHEN motif_refus IS NULL
        THEN 1000 * offerts_max_nb * periodes_par_an_nb / population_nb
    END AS offerts_par_1000_max,
    CASE WHEN motif_refus IS NULL THEN 'calcule' ELSE 'refuse' END AS statut_calcul,
    motif_refus
FROM jugee
ORDER BY creneaux_id
